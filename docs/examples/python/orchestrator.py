#!/usr/bin/env python3
"""Calls Recourse's tools from Python, with nothing of Recourse's: Temporal's client and plain JSON.

    orchestrator.py call crm.contact.create '{"name": "Ana", "phone": "3001234567"}' [--dry-run] [--call-id UUID]
    orchestrator.py run two-contacts.json [--dry-run]
    orchestrator.py progress WORKFLOW_ID
    orchestrator.py abort WORKFLOW_ID

Prints the JSON of docs/contract.md, and how far it is on standard error; Ctrl-C aborts a batch. Exit codes are those of
the contract: 0 done, 1 refused and nothing changed, 2 wrong usage, 3 a person is needed, 4 not known yet, 5 no Temporal.

TEMPORAL_ADDRESS and the other variables of Temporal's clients say where Temporal is. RECOURSE_WORKSPACE names the
workspace, RECOURSE_SESSION the conversation that the calls belong to; without them it is the worker's own, and none.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import uuid

from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError, RPCStatusCode

TASK_QUEUE = "recourse"
WORKSPACE = os.environ.get("RECOURSE_WORKSPACE")
SESSION = os.environ.get("RECOURSE_SESSION")

EXIT_CODES = {
    "success": 0, "dry_run": 0, "applied": 0,
    "error": 1, "refused": 1, "rolled_back": 1,
    "partial": 3, "stuck": 3,
    "unknown": 4,
}


# tag::call[]
async def call(client: Client, tool: str, inputs: dict, dry_run: bool, call_id: str) -> dict:
    """One call. The same call_id does it once, however often it is sent."""
    request = {"tool": tool, "inputs": inputs, "dry_run": dry_run, "call_id": call_id}
    return await client.execute_workflow(
        "ToolCall", whose(request), id=f"python/{tool}/{call_id}", task_queue=TASK_QUEUE
    )
    # end::call[]


# tag::run[]
async def run(client: Client, batch: dict) -> dict:
    """A batch file. The same batch_id does it once; one that runs already is waited for."""
    batch_id = batch.setdefault("batch_id", str(uuid.uuid4()))
    handle = await client.start_workflow(
        "ToolBatch",
        whose(batch),
        id=f"python/batch/{batch_id}",
        task_queue=TASK_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    # end::run[]
    say(handle.id)
    abort_on_interrupt(handle)
    result = asyncio.ensure_future(handle.result())
    shown = None
    while not (await asyncio.wait([result], timeout=0.5))[0]:
        now = await progress(handle)
        if now != shown:
            say(f"{now['phase']} {now['done']} of {now['total']}")
        shown = now
    return result.result()


# tag::abort[]
async def progress(handle: WorkflowHandle) -> dict:
    """How far it is: {"done", "total", "phase"}."""
    return await handle.query("progress")


async def abort(handle: WorkflowHandle) -> dict:
    """Stops before the next step, rolls back what was done, and answers how the batch ended."""
    return await handle.execute_update("abort")
    # end::abort[]


def abort_on_interrupt(handle: WorkflowHandle) -> None:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, lambda: loop.create_task(abort(handle)))


def whose(request: dict) -> dict:
    """A client that cannot sign says in the request where it belongs; it acts as the worker's service principal."""
    if WORKSPACE:
        request.setdefault("workspace_id", WORKSPACE)
    if SESSION:
        request.setdefault("agent_session_id", SESSION)
    return request


def exit_code(answer: dict) -> int:
    if (answer.get("error") or {}).get("code") == "OUTCOME_UNKNOWN" or answer.get("outcome") == "unknown":
        return 4
    return EXIT_CODES[answer["status"]]


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("call", help="one call of one tool")
    one.add_argument("tool")
    one.add_argument("inputs", type=json.loads, nargs="?", default={})
    one.add_argument("--dry-run", action="store_true")
    one.add_argument("--call-id", default=str(uuid.uuid4()))
    batch = commands.add_parser("run", help="a batch file")
    batch.add_argument("file", type=argparse.FileType(encoding="utf-8"))
    batch.add_argument("--dry-run", action="store_true")
    for name, what in {"progress": "how far a batch is", "abort": "stops a batch and rolls it back"}.items():
        commands.add_parser(name, help=what).add_argument("workflow_id")
    return parser.parse_args()


async def answer(client: Client, asked: argparse.Namespace) -> dict:
    if asked.command == "call":
        return await call(client, asked.tool, asked.inputs, asked.dry_run, asked.call_id)
    if asked.command == "run":
        read = json.load(asked.file)
        file = {"calls": read} if isinstance(read, list) else read
        return await run(client, {**file, "dry_run": asked.dry_run or file.get("dry_run", False)})
    handle = client.get_workflow_handle(asked.workflow_id)
    return await (abort(handle) if asked.command == "abort" else progress(handle))


async def main() -> int:
    asked = arguments()
    config = ClientConfig.load_client_connect_config()
    config.setdefault("target_host", "localhost:7233")
    try:
        client = await Client.connect(**config)
    except RuntimeError:
        say(f"Temporal does not answer at {config['target_host']}.")
        return 5
    try:
        said = await answer(client, asked)
    except WorkflowFailureError as stopped:
        say(f"The workflow was stopped from outside: {stopped.cause}.")
        return 1
    except RPCError as refused:
        if refused.status != RPCStatusCode.NOT_FOUND:
            raise
        say("Temporal knows no such workflow, or it has ended.")
        return 2
    print(json.dumps(said, ensure_ascii=False))
    return 0 if asked.command == "progress" else exit_code(said)


if __name__ == "__main__":
    code = asyncio.run(main())
    sys.stdout.flush()
    sys.stderr.flush()
    # Not sys.exit: threads of Temporal's client may meet an interpreter that is shutting down, and crash it.
    os._exit(code)
