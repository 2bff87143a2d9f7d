package dev.recourse.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.recourse.worker.client.RecourseClient;
import java.util.UUID;

/** A batch of twenty calls in which later ones need what earlier ones did, and the contacts it works on. */
final class Twenty {

    static final int STEPS = 20;

    private static final String CALLS = """
            [{"tool": "crm.contact.create", "inputs": {"name": "Ana", "phone": "3031000001", "tags": ["nuevo", "vip"]}},
             {"tool": "crm.contact.read", "inputs": {"contactId": "$0.contactId"}},
             {"tool": "crm.contact.update", "inputs": {"contactId": "$0.contactId", "city": "Cali", "email": "ana@example.com"}},
             {"tool": "crm.tag.add", "inputs": {"contactId": "$0.contactId", "tag": "cliente"}},
             {"tool": "crm.contact.findByPhone", "inputs": {"phone": "303 100 0001"}},
             {"tool": "crm.contact.create", "inputs": {"name": "Bea", "phone": "3031000002"}},
             {"tool": "crm.contact.update", "inputs": {"contactId": "ONE", "name": "Uno", "phone": "3031000003"}},
             {"tool": "crm.contact.create", "inputs": {"name": "Cat", "phone": "3030000001", "tags": ["cliente"]}},
             {"tool": "crm.tag.remove", "inputs": {"contactId": "ONE", "tag": "a"}},
             {"tool": "crm.contact.delete", "inputs": {"contactId": "THREE"}},
             {"tool": "crm.contact.create", "inputs": {"name": "Dan", "phone": "3030000003"}},
             {"tool": "crm.contact.restore", "inputs": {"contactId": "TWO"}},
             {"tool": "crm.contact.list", "inputs": {"tags": ["cliente"]}},
             {"tool": "crm.contact.update", "inputs": {"contactId": "$5.contactId", "address": "$0.contact.name"}},
             {"tool": "crm.tag.add", "inputs": {"contactId": "TWO", "tag": "b"}},
             {"tool": "crm.contact.delete", "inputs": {"contactId": "$5.contactId"}},
             {"tool": "crm.contact.restore", "inputs": {"contactId": "$5.contactId"}},
             {"tool": "crm.tag.remove", "inputs": {"contactId": "$0.contactId", "tag": "vip"}},
             {"tool": "crm.contact.update", "inputs": {"contactId": "$7.contactId", "city": "Pasto", "department": "Nariño"}},
             {"tool": "crm.contact.delete", "inputs": {"contactId": "$0.contactId"}}]
            """;

    private final String calls;

    /** Makes the contacts: one with tags, one in the archive, one without anything, one whose phone is taken. */
    Twenty(RecourseClient client) {
        String one = made(client, "\"name\": \"One\", \"phone\": \"3030000001\", \"tags\": [\"a\", \"b\"]");
        String two = made(client, "\"name\": \"Two\", \"phone\": \"3030000002\"");
        String three = made(client, "\"name\": \"Three\", \"phone\": \"3030000003\", \"city\": \"Neiva\"");
        made(client, "\"name\": \"Taken\", \"phone\": \"3030000009\"");
        call(client, "crm.contact.delete", "{\"contactId\": \"" + two + "\"}");
        calls = CALLS.replace("ONE", one).replace("TWO", two).replace("THREE", three);
    }

    private static String made(RecourseClient client, String fields) {
        return call(client, "crm.contact.create", "{" + fields + "}")
                .at("/outputs/contactId")
                .asText();
    }

    private static JsonNode call(RecourseClient client, String tool, String inputs) {
        return client.call(tool, TestStack.json(inputs), false, UUID.randomUUID())
                .answer();
    }

    /** All of it, atomic. */
    ObjectNode batch() {
        ObjectNode batch = ((ObjectNode) TestStack.json("{}"))
                .put("batch_id", UUID.randomUUID().toString());
        return batch.set("calls", TestStack.json(calls));
    }

    /** The same with a phone that is taken at one position. */
    ObjectNode failingAt(int position) {
        ObjectNode batch = batch();
        batch.withArray("calls").set(position, TestStack.json("""
                {"tool": "crm.contact.create", "inputs": {"name": "Twin", "phone": "3030000009"}}
                """));
        return batch;
    }
}
