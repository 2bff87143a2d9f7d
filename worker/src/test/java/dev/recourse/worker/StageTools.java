package dev.recourse.worker;

import dev.recourse.activities.tool.Catalogue;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** Tools of the tests' own: one that waits for the test, one that can't be undone. */
@ActivityInterface
public interface StageTools {
    /** Waits at a {@link Stage} until the test opens it. */
    @ActivityMethod(name = "test.stage.wait")
    Scene waitAt(Scene scene);

    /** Changes nothing here, and could not be taken back if it did. */
    @ActivityMethod(name = "test.message.send")
    Message send(Message message);

    record Scene(String name) {}

    record Message(String text) {}

    /** Adds them to a catalogue. */
    static void tools(Catalogue.Builder to) {
        to.local(StageTools.class, (tx, caller) -> new StageTools() {
            @Override
            public Scene waitAt(Scene scene) {
                Stage.named(scene.name()).pass();
                return scene;
            }

            @Override
            public Message send(Message message) {
                return message;
            }
        });
    }
}
