// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.door;

/**
 * Paths that two readers could understand in two ways do not come in, so that route and service always mean the same one.
 * No path of the API needs an escape, and an escaped or '@'-bearing one could carry personal data into a URL.
 */
final class PathRules {

    private static final int LONGEST = 1024;
    private static final String BESIDES_LETTERS_AND_DIGITS = "-._~:";

    private PathRules() {}

    static boolean isPlain(String rawPath) {
        if (rawPath.isEmpty() || rawPath.length() > LONGEST || rawPath.charAt(0) != '/') {
            return false;
        }
        int start = 1;
        for (int at = 1; at <= rawPath.length(); at++) {
            if (at == rawPath.length() || rawPath.charAt(at) == '/') {
                if (isAmbiguous(rawPath, start, at)) {
                    return false;
                }
                start = at + 1;
            } else if (!isAllowed(rawPath.charAt(at))) {
                return false;
            }
        }
        return true;
    }

    /** An empty segment is allowed at the very end only: {@code /} and {@code /a/}. */
    private static boolean isAmbiguous(String path, int start, int end) {
        int length = end - start;
        return length == 0 && end < path.length()
                || length == 1 && path.charAt(start) == '.'
                || length == 2 && path.startsWith("..", start);
    }

    private static boolean isAllowed(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || BESIDES_LETTERS_AND_DIGITS.indexOf(c) >= 0;
    }
}
