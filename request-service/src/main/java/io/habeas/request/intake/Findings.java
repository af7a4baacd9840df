// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import io.habeas.service.ProblemException.Invalid;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Everything that does not fit in a body, by its place; what was sent is never repeated. */
final class Findings {

    private final List<Invalid> invalid = new ArrayList<>();

    void refuse(String pointer, String detail) {
        invalid.add(new Invalid(pointer, detail));
    }

    boolean isEmpty() {
        return invalid.isEmpty();
    }

    ProblemException problem() {
        return new ProblemException(
                Problem.INVALID_FIELDS,
                "look at " + invalid.stream().map(Invalid::pointer).collect(Collectors.joining(", ")),
                invalid);
    }

    /** The text without blanks around it; nothing where there is none, or where it was refused. */
    @Nullable
    String text(String pointer, @Nullable String value, int longest, boolean lines) {
        if (value == null) {
            return null;
        }
        var text = value.strip();
        if (text.isEmpty()) {
            refuse(pointer, "must not be empty; leave it out instead");
            return null;
        }
        if (text.length() > longest) {
            refuse(pointer, "at most " + longest + " characters");
            return null;
        }
        boolean controls =
                text.chars().anyMatch(it -> Character.isISOControl(it) && !(lines && (it == '\n' || it == '\t')));
        if (controls) {
            refuse(pointer, "no control characters");
            return null;
        }
        return text;
    }
}
