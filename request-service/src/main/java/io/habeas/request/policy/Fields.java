// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.request.calendars.Term;
import io.habeas.request.policy.language.Called;
import io.habeas.request.policy.language.Form;
import io.habeas.request.policy.language.Written;
import java.lang.reflect.RecordComponent;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** How the records of the language look in a file. */
final class Fields {

    /** Types that are written as one text, beside enums and records with a {@link Form}. */
    static final Map<Class<?>, String> PLAIN = Map.of(
            String.class, "a text",
            Integer.class, "a whole number",
            int.class, "a whole number",
            Boolean.class, "true or false",
            LocalDate.class, "a day, such as 2021-06-30",
            ZoneId.class, "a time zone of the IANA list, such as America/Los_Angeles",
            Term.class, Term.FORM_SAID);

    private Fields() {}

    static String nameOf(RecordComponent component) {
        var called = component.getAnnotation(Called.class);
        return called == null ? component.getName() : called.value();
    }

    static boolean isNeeded(RecordComponent component) {
        return component.getType() != List.class
                && component.getType() != SequencedMap.class
                && !component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    /** Written as one text. */
    static boolean isText(Class<?> type) {
        return type.isEnum() || PLAIN.containsKey(type) || type.isAnnotationPresent(Form.class);
    }

    static String written(Object constant) {
        return constant instanceof Written written ? written.written() : ((Enum<?>) constant).name();
    }

    static List<String> constantsOf(Class<?> closed) {
        return Arrays.stream(closed.getEnumConstants()).map(Fields::written).toList();
    }
}
