// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

import java.util.Base64;

/** One spelling for each value, so that nothing signed can be written in two ways. */
final class StrictText {

    private StrictText() {}

    /** @throws IllegalArgumentException if it is not the one Base64 spelling of some bytes */
    static byte[] base64(String text) {
        var bytes = Base64.getDecoder().decode(text);
        if (!Base64.getEncoder().encodeToString(bytes).equals(text)) {
            throw new IllegalArgumentException("another spelling of Base64");
        }
        return bytes;
    }

    /** Whether a text has no control character but the newline, and no half of a character. */
    static boolean isPlain(String text) {
        return text.codePoints()
                .noneMatch(point -> (Character.isISOControl(point) && point != '\n')
                        || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE));
    }

    /** Whether it can name a key: not empty, without spaces and without plus. */
    static boolean isKeyName(String name) {
        return !name.isEmpty()
                && isPlain(name)
                && name.codePoints().noneMatch(point -> point == '+' || point == '\n' || Character.isWhitespace(point));
    }
}
