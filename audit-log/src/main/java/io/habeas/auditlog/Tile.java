// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

/** Up to 256 hashes side by side at a height of {@code 8 * level}. */
public record Tile(int level, long number, byte[] hashes) {

    public static final int WIDTH = 256;

    public int width() {
        return hashes.length / Hashing.BYTES;
    }
}
