package dev.recourse.activities.whatsapp;

import dev.recourse.activities.whatsapp.SendingTools.HeaderFile;
import dev.recourse.activities.whatsapp.SendingTools.TemplateMessage;
import org.jspecify.annotations.Nullable;

/** The values of a template as a caller gives them, as the template takes them. */
final class Filling {

    private Filling() {}

    static TemplateValues of(TemplateMessage in) {
        return new TemplateValues(
                TemplateValues.texts(in.headerParams()),
                media(in.headerMedia()),
                TemplateValues.texts(in.templateParams()),
                in.buttonParams());
    }

    private static @Nullable Media media(@Nullable HeaderFile file) {
        return file == null
                ? null
                : new Media(Media.Kind.valueOf(file.type().name()), file.link(), null, file.filename());
    }
}
