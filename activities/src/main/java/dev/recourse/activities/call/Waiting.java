package dev.recourse.activities.call;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A call that can't go on before somebody has decided; nothing of it is done, and nothing recorded under its id. */
final class Waiting extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ObjectNode request;

    Waiting(ObjectNode request) {
        super(null, null, false, false);
        this.request = request;
    }

    /** What is asked, of whom it was asked before, and until when. */
    ObjectNode request() {
        return request;
    }
}
