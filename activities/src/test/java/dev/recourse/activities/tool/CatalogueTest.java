package dev.recourse.activities.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.recourse.activities.crm.TagTools;
import dev.recourse.db.Tx;
import dev.recourse.db.workspace.Caller;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class CatalogueTest {
    private static final UUID CONTACT = UUID.fromString("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");

    private final Catalogue catalogue = Catalogue.builder()
            .local(TagTools.class, (tx, caller) -> new KnownTags())
            .build();

    @Test
    void tools_are_found_by_their_exact_name_and_listed_in_order() {
        assertThat(catalogue.find("crm.tag.add")).isPresent();
        assertThat(catalogue.find("crm.tag.Add")).isEmpty();
        assertThat(catalogue.find("crm__tag__add")).isEmpty();
        assertThat(catalogue.find("")).isEmpty();
        assertThat(catalogue.list())
                .extracting(spec -> spec.name().toString())
                .containsExactly("crm.tag.add", "crm.tag.remove");
    }

    @Test
    void the_nearest_names_are_only_those_the_caller_may_use() {
        assertThat(catalogue.nearest("crm.tag.ad", Set.of("contacts.edit"))).startsWith("crm.tag.add");
        assertThat(catalogue.nearest("crm__tag__add", Set.of("contacts.edit"))).startsWith("crm.tag.add");
        assertThat(catalogue.nearest("crm.tag.ad", Set.of())).isEmpty();
        assertThat(catalogue.nearest("weather.sky.colour", Set.of("contacts.edit")))
                .isEmpty();
        assertThat(catalogue.nearest("x".repeat(1 << 20), Set.of("contacts.edit")))
                .isEmpty();
    }

    @Test
    void a_tool_takes_json_and_gives_json() {
        JsonNode outputs = run("crm.tag.remove", "{\"contactId\":\"" + CONTACT + "\",\"tag\":\"vip\"}");

        assertThat(outputs)
                .isEqualTo(Json.read(
                        "{\"contactId\":\"" + CONTACT + "\",\"tag\":\"vip\",\"removed\":true,\"hadTag\":true}"));
    }

    @Test
    void what_a_tool_throws_arrives_unwrapped() {
        assertThatThrownBy(() -> run("crm.tag.add", "{\"contactId\":\"" + CONTACT + "\",\"tag\":\"refuse\"}"))
                .isInstanceOfSatisfying(
                        ToolFailure.class, failure -> assertThat(failure.code()).isEqualTo("CONTACT_NOT_FOUND"));
        assertThatThrownBy(() -> run("crm.tag.add", "{\"contactId\":\"" + CONTACT + "\",\"tag\":\"break\"}"))
                .isExactlyInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void what_could_not_be_called_is_refused_with_a_sentence() {
        refuses(Unannotated.class, "is no contract");
        refuses(Hidden.class, "must be a public interface");
        refuses(Nameless.class, "Nameless.add needs @ActivityMethod(name = \"module.entity.action\")");
        refuses(Misnamed.class, "Misnamed.add has a name that can't be one");
        refuses(Schemaless.class, "/schemas/crm.tag.fly.json is missing");
        refuses(TwoParameters.class, "TwoParameters.add must take exactly one record");
        refuses(NotARecord.class, "NotARecord.add must take exactly one record");
        refuses(GivesNothing.class, "GivesNothing.add must give a record");
        refuses(Empty.class, "has no method that could be a tool");
    }

    @Test
    void a_name_is_given_once() {
        Catalogue.Builder builder = Catalogue.builder().local(TagTools.class, (tx, caller) -> new KnownTags());

        assertThatThrownBy(() -> builder.local(TagTools.class, (tx, caller) -> new KnownTags()))
                .hasMessageContaining("is the second tool called crm.tag.add");
    }

    @Test
    void a_builder_used_further_leaves_what_it_built_alone() {
        Catalogue.Builder builder = Catalogue.builder();
        Catalogue empty = builder.build();

        builder.local(TagTools.class, (tx, caller) -> new KnownTags());

        assertThat(empty.list()).isEmpty();
    }

    private JsonNode run(String name, String input) {
        Tool tool = catalogue.find(name).orElseThrow();
        return tool.run(unused(), unused(), UUID.randomUUID(), tool.spec().accept(Json.read(input)));
    }

    /** The tools here ask nobody and touch no database. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T unused() {
        return null;
    }

    private static <T> void refuses(Class<T> contract, String says) {
        assertThatThrownBy(() -> Catalogue.builder().local(contract, CatalogueTest::<T>never))
                .hasMessageContaining(says);
    }

    @SuppressWarnings("TypeParameterUnusedInFormals")
    private static <T> T never(Tx tx, Caller caller) {
        throw new AssertionError("made although it was refused");
    }

    private static final class KnownTags implements TagTools {
        @Override
        public Added add(TagOnContact tag) {
            if (tag.tag().equals("refuse")) {
                throw ToolFailure.notFound("CONTACT_NOT_FOUND");
            }
            throw new UnsupportedOperationException();
        }

        @Override
        public Removed remove(TagOnContact tag) {
            return new Removed(tag.contactId(), tag.tag(), true, true);
        }
    }

    record In(String tag) {}

    record Out(String tag) {}

    public interface Unannotated {
        @ActivityMethod(name = "crm.tag.add")
        Out add(In in);
    }

    @ActivityInterface
    interface Hidden {
        @ActivityMethod(name = "crm.tag.add")
        Out add(In in);
    }

    @ActivityInterface
    public interface Nameless {
        Out add(In in);
    }

    @ActivityInterface
    public interface Misnamed {
        @ActivityMethod(name = "addTag")
        Out add(In in);
    }

    @ActivityInterface
    public interface Schemaless {
        @ActivityMethod(name = "crm.tag.fly")
        Out add(In in);
    }

    @ActivityInterface
    public interface TwoParameters {
        @ActivityMethod(name = "crm.tag.add")
        Out add(In in, In other);
    }

    @ActivityInterface
    public interface NotARecord {
        @ActivityMethod(name = "crm.tag.add")
        Out add(String in);
    }

    @ActivityInterface
    public interface GivesNothing {
        @ActivityMethod(name = "crm.tag.add")
        void add(In in);
    }

    @ActivityInterface
    public interface Empty {}
}
