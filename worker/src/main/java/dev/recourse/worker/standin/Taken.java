package dev.recourse.worker.standin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A message that the stand-in took: it counts as sent, whatever its sender heard.
 *
 * @param request the number of the request that brought it
 * @param to as it was given
 * @param waId the recipient's id, digits without a plus
 * @param type of the message, such as {@code text}
 * @param callback what is echoed in its statuses, empty without it
 */
public record Taken(int request, String wamid, String to, String waId, String type, String callback) {
    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("request", request)
                .put("wamid", wamid)
                .put("to", to)
                .put("wa_id", waId)
                .put("type", type)
                .put("biz_opaque_callback_data", callback);
    }
}
