package dev.recourse.worker.cli;

/** On whose behalf a command asks; the names are those of the contract. */
enum Asks {
    cli,
    agent
}
