// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

/** {@code HB-XXXX-XXXX}: for letters and the telephone. The last character finds a mistyped one and two that were swapped. */
final class Reference {

    /** No I, O, 0 and 1: they are mistaken for each other. */
    private static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private static final int RANDOM = 7;
    private static final int HALF = 4;

    private Reference() {}

    /** @param digest random; its last seven bytes are used */
    static String of(byte[] digest) {
        var text = new StringBuilder("HB-");
        var check = 0;
        for (int index = 0; index < RANDOM; index++) {
            int value = digest[digest.length - RANDOM + index] & 31;
            check += weighted(value, index);
            text.append(ALPHABET.charAt(value));
            if (index == HALF - 1) {
                text.append('-');
            }
        }
        return text.append(ALPHABET.charAt(check & 31)).toString();
    }

    static boolean isValid(String reference) {
        if (!reference.matches("HB-[" + ALPHABET + "]{4}-[" + ALPHABET + "]{4}")) {
            return false;
        }
        var symbols = reference.substring(3).replace("-", "");
        var check = 0;
        for (int index = 0; index < RANDOM; index++) {
            check += weighted(ALPHABET.indexOf(symbols.charAt(index)), index);
        }
        return ALPHABET.charAt(check & 31) == symbols.charAt(RANDOM);
    }

    /** Odd weights: each is a permutation of the 32 symbols, so every single mistake changes the sum. */
    private static int weighted(int value, int index) {
        return value * (2 * index + 1);
    }
}
