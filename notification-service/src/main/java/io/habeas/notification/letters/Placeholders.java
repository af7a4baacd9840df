// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.letters;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts values into a text. Values are text: they are not looked at again, and can not begin a new line. */
final class Placeholders {

    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-zA-Z]+)}}");
    private static final Pattern CONTROL =
            Pattern.compile("[\\p{Cntrl}\\u0085\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]+");

    private Placeholders() {}

    /** @throws IllegalStateException if a value is missing */
    static String fill(String text, Map<String, String> values) {
        return PLACE.matcher(text).replaceAll(place -> {
            var value = values.get(place.group(1));
            if (value == null) {
                throw new IllegalStateException("no value for {{" + place.group(1) + "}}");
            }
            return Matcher.quoteReplacement(oneLine(value));
        });
    }

    /** Without line ends, control characters, and marks that turn the direction of writing. */
    static String oneLine(String value) {
        return CONTROL.matcher(value).replaceAll(" ").strip();
    }
}
