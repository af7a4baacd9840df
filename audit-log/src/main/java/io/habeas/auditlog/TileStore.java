// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

import java.util.Optional;

/** Reads tiles. */
@FunctionalInterface
public interface TileStore {

    /** The first {@code width} hashes of a tile, 32 bytes each; nothing if there are fewer. */
    Optional<byte[]> hashes(int level, long tile, int width);
}
