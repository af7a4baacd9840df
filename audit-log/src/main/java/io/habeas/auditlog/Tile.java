// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

/** Up to 256 hashes side by side at a height of {@code 8 * level}. */
public record Tile(int level, long number, byte[] hashes) {

    public static final int WIDTH = 256;

    /** Where a tile lies in a folder or behind a prefix, as C2SP's tlog-tiles spells it: {@code tile/0/x001/234.p/5}. */
    public String path() {
        return "tile/" + level + "/" + spelled(number) + (width() == WIDTH ? "" : ".p/" + width());
    }

    /** The same for the entries below a tile of level 0. */
    public static String entriesPath(long number, int width) {
        return "tile/entries/" + spelled(number) + (width == WIDTH ? "" : ".p/" + width);
    }

    private static String spelled(long number) {
        var path = threeDigits(number % 1000);
        for (long rest = number / 1000; rest > 0; rest /= 1000) {
            path = "x" + threeDigits(rest % 1000) + "/" + path;
        }
        return path;
    }

    private static String threeDigits(long group) {
        return String.valueOf(1000 + group).substring(1);
    }

    public int width() {
        return hashes.length / Hashing.BYTES;
    }
}
