// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.testkit;

import java.util.stream.Stream;

/**
 * A text that means something to a query language if it ever becomes part of a query.
 *
 * @param mayBeRefused whether a store may be unable to hold it at all
 */
public record HostileText(String name, String text, boolean mayBeRefused) {

    /** All of them. */
    public static Stream<HostileText> all() {
        return Stream.of(
                of("a condition in SQL", "' OR 1=1 --"),
                of("a second statement", "'; DELETE FROM records; --"),
                of("a quoted identifier", "\"; SELECT \""),
                of("a backslash", "\\"),
                of("a backslash before a quote", "\\' OR 1=1 --"),
                of("a dollar quote", "$$ OR 1=1 $$"),
                of("a wildcard", "%"),
                of("a wildcard for one letter", "_"),
                of("a place for a parameter", "? :x $1 {0}"),
                of("an array in SQL", "{a,b}"),
                of("an empty array", "{}"),
                of("a quoted array element", "\",\""),
                of("a field in Mongo", "$owner"),
                of("a script in Mongo", "$where"),
                of("an operator in Mongo", "{\"$ne\":null}"),
                of("a greater-than in Mongo", "{\"$gt\":\"\"}"),
                of("a pattern for everything", ".*"),
                of("a pattern with an end", "^.*$|x"),
                of("an end of quoting in a pattern", "\\E.*\\Q"),
                of("a word for nothing", "null"),
                of("Chinese", "王小明 欧阳娜娜"),
                of("emoji", "👩‍👩‍👧‍👦🏳️‍🌈"),
                of("letters with marks", "Ünïcødé İıſß"),
                of("from right to left", "\u202eمرحبا"),
                of("line breaks and tabs", "a\r\nb\tc"),
                of("very long", "long".repeat(25_000)),
                new HostileText("NUL", "a\0b", true),
                new HostileText("half a surrogate pair", "a\ud83d", true));
    }

    private static HostileText of(String name, String text) {
        return new HostileText(name, text, false);
    }

    /** Its name, since the text would upset reports too. */
    @Override
    public String toString() {
        return name;
    }
}
