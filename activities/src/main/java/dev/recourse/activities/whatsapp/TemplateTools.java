package dev.recourse.activities.whatsapp;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be known of templates. */
@ActivityInterface
public interface TemplateTools {
    /** Gives the templates of the workspace, by name and language. */
    @ActivityMethod(name = "whatsapp.template.list")
    TemplateList list(TemplateQuery query);

    /**
     * A template in one language.
     *
     * @param qualityRating as WhatsApp rates it
     * @param headerFormat null where it has no header
     * @param variables every place that a send must fill
     * @param sendable whether it is approved, and of a kind that can be sent
     */
    record Template(
            String name,
            String language,
            Category category,
            State status,
            @Nullable String qualityRating,
            @Nullable String headerFormat,
            String body,
            List<Variable> variables,
            boolean sendable) {
        public Template {
            variables = List.copyOf(variables);
        }
    }

    /**
     * A place to fill.
     *
     * @param name the number or name between its braces; of a header that is a file, what it is; of a button, its place
     *     from {@code 0}
     */
    record Variable(Part part, String name) {}

    /** Where a place stands. */
    enum Part {
        @JsonProperty("header")
        HEADER,
        @JsonProperty("body")
        BODY,
        @JsonProperty("button")
        BUTTON
    }

    /** What it is for. */
    enum Category {
        @JsonProperty("marketing")
        MARKETING,
        @JsonProperty("utility")
        UTILITY,
        @JsonProperty("authentication")
        AUTHENTICATION,
        @JsonProperty("other")
        OTHER
    }

    /** Whether it may be sent: only when approved. */
    enum State {
        @JsonProperty("approved")
        APPROVED,
        @JsonProperty("pending")
        PENDING,
        @JsonProperty("rejected")
        REJECTED,
        @JsonProperty("paused")
        PAUSED,
        @JsonProperty("disabled")
        DISABLED,
        @JsonProperty("other")
        OTHER
    }

    /** Which templates; all where nothing is said. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record TemplateQuery(@Nullable State status) {}

    record TemplateList(List<Template> templates, int total) {
        public TemplateList {
            templates = List.copyOf(templates);
        }
    }
}
