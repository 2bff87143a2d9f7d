package dev.recourse.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Function;

/** Where a command's result goes: a table for people, or one JSON document for programs. */
final class Output {
    /** The forms a result can have. */
    enum Format {
        table,
        json,
        jsonl
    }

    private final World world;
    private final Format format;
    private final Runnable beforePrinting;

    Output(World world, Format format, Runnable beforePrinting) {
        this.world = world;
        this.format = format;
        this.beforePrinting = beforePrinting;
    }

    /** Prints the answer as JSON, or as the text a view makes of it. */
    void show(JsonNode answer, Function<Look, String> view) {
        if (format == Format.table) {
            print(view.apply(world.terminal().look()));
        } else {
            json(answer);
        }
    }

    /** Prints one JSON document: a line, or several where a person looks at it. */
    void json(JsonNode answer) {
        print((world.terminal().showsOut() ? Values.indentedJson(answer) : Values.json(answer)) + "\n");
    }

    /** Prints text as it is. */
    void print(String text) {
        beforePrinting.run();
        world.out().print(text);
        world.out().flush();
    }

    Format format() {
        return format;
    }

    Look look() {
        return world.terminal().look();
    }
}
