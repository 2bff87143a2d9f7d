package dev.recourse.activities.whatsapp;

import okhttp3.Call;
import okhttp3.EventListener;

/** How far one call got: whether a first byte of its body may have left. */
final class Reach extends EventListener {
    private volatile boolean bodyBegun;

    @Override
    public void requestBodyStart(Call call) {
        bodyBegun = true;
    }

    boolean bodyBegun() {
        return bodyBegun;
    }
}
