// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.codes;

import java.util.Optional;
import java.util.random.RandomGenerator;

/** Eight digits. Lives in memory alone; prints nothing. */
public final class Code {

    private static final int LENGTH = 8;
    private static final int LONGEST_INPUT = 64;
    private static final int BOUND = 100_000_000;

    private final String digits;

    private Code(String digits) {
        this.digits = digits;
    }

    static Code draw(RandomGenerator random) {
        return new Code("%08d".formatted(random.nextInt(BOUND)));
    }

    /** As a person types it: with spaces, hyphens and full-width digits as they come. Empty if it is not eight digits. */
    public static Optional<Code> typed(String text) {
        if (text.length() > LONGEST_INPUT) {
            return Optional.empty();
        }
        var digits = new StringBuilder(LENGTH);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int digit = Character.digit(c, 10);
            if (digit >= 0) {
                digits.append(digit);
            } else if (!isBetween(c)) {
                return Optional.empty();
            }
        }
        return digits.length() == LENGTH ? Optional.of(new Code(digits.toString())) : Optional.empty();
    }

    private static boolean isBetween(char c) {
        return Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || Character.getType(c) == Character.DASH_PUNCTUATION;
    }

    String digits() {
        return digits;
    }

    /** As it stands in a letter: {@code 1234-5678}. */
    public String written() {
        return digits.substring(0, LENGTH / 2) + "-" + digits.substring(LENGTH / 2);
    }

    @Override
    public String toString() {
        return "Code[]";
    }
}
