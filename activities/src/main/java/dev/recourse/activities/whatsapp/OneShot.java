package dev.recourse.activities.whatsapp;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;

/** A JSON body that is written once: OkHttp repeats a request after a 503 or a 408 unless its body says that it can't be. */
final class OneShot extends RequestBody {
    private static final MediaType JSON = MediaType.get("application/json");

    private final byte[] json;

    OneShot(byte[] json) {
        this.json = json;
    }

    @Override
    public MediaType contentType() {
        return JSON;
    }

    @Override
    public long contentLength() {
        return json.length;
    }

    @Override
    public boolean isOneShot() {
        return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        sink.write(json);
    }
}
