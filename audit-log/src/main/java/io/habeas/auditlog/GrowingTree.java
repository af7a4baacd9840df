// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A tree that only grows, with its right edge in memory. Tiles are given to the caller to store. Used by one thread. */
public final class GrowingTree {

    private final List<List<byte[]>> edge = new ArrayList<>();
    private long size;

    /** @throws IllegalStateException if a tile of the right edge is missing */
    public GrowingTree(long size, TileStore store) {
        this.size = size;
        long count = size;
        for (int level = 0; count > 0; level++, count >>>= 8) {
            int width = (int) (count % Tile.WIDTH);
            edge.add(new ArrayList<>());
            if (width > 0) {
                edge.get(level).addAll(read(store, level, count / Tile.WIDTH, width));
            }
        }
    }

    private static List<byte[]> read(TileStore store, int level, long tile, int width) {
        var hashes = store.hashes(level, tile, width)
                .orElseThrow(() -> new IllegalStateException("tile " + level + "/" + tile + " is missing"));
        if (hashes.length < width * Hashing.BYTES) {
            throw new IllegalStateException("tile " + level + "/" + tile + " is too short");
        }
        var list = new ArrayList<byte[]>();
        for (int i = 0; i < width; i++) {
            list.add(Arrays.copyOfRange(hashes, i * Hashing.BYTES, (i + 1) * Hashing.BYTES));
        }
        return list;
    }

    public long size() {
        return size;
    }

    /** @return the tiles that changed, as they are at the new size */
    public List<Tile> append(List<byte[]> leafHashes) {
        Map<String, Tile> changed = new LinkedHashMap<>();
        for (var leaf : leafHashes) {
            if (leaf.length != Hashing.BYTES) {
                throw new IllegalArgumentException("a hash has " + Hashing.BYTES + " bytes, not " + leaf.length);
            }
            add(0, leaf, size, changed);
            size++;
        }
        long count = size;
        for (int level = 0; level < edge.size(); level++, count >>>= 8) {
            if (!edge.get(level).isEmpty() && !leafHashes.isEmpty()) {
                put(changed, tile(level, count / Tile.WIDTH));
            }
        }
        return List.copyOf(changed.values());
    }

    private void add(int level, byte[] hash, long index, Map<String, Tile> changed) {
        if (edge.size() == level) {
            edge.add(new ArrayList<>());
        }
        var tile = edge.get(level);
        tile.add(hash);
        if (tile.size() == Tile.WIDTH) {
            put(changed, tile(level, index / Tile.WIDTH));
            var up = complete(tile);
            tile.clear();
            add(level + 1, up, index / Tile.WIDTH, changed);
        }
    }

    private static void put(Map<String, Tile> changed, Tile tile) {
        changed.put(tile.level() + "/" + tile.number(), tile);
    }

    private Tile tile(int level, long number) {
        var hashes = edge.get(level);
        var bytes = new byte[hashes.size() * Hashing.BYTES];
        for (int i = 0; i < hashes.size(); i++) {
            System.arraycopy(hashes.get(i), 0, bytes, i * Hashing.BYTES, Hashing.BYTES);
        }
        return new Tile(level, number, bytes);
    }

    /** The root over a power of two of hashes. */
    private static byte[] complete(List<byte[]> hashes) {
        var row = new ArrayList<>(hashes);
        while (row.size() > 1) {
            var above = new ArrayList<byte[]>();
            for (int i = 0; i < row.size(); i += 2) {
                above.add(Hashing.node(row.get(i), row.get(i + 1)));
            }
            row = above;
        }
        return row.getFirst();
    }

    public byte[] root() {
        byte[] root = null;
        for (var tile : edge) {
            int end = tile.size();
            while (end > 0) {
                int width = Integer.lowestOneBit(end);
                var peak = complete(tile.subList(end - width, end));
                root = root == null ? peak : Hashing.node(peak, root);
                end -= width;
            }
        }
        return root == null ? Hashing.empty() : root;
    }

    /** The hashes that lead from a leaf to the root of that size. */
    public static List<byte[]> inclusion(long index, long size, TileStore store) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("no leaf " + index + " in a tree of " + size);
        }
        var path = new ArrayList<byte[]>();
        long from = 0;
        long to = size;
        while (to - from > 1) {
            long middle = from + Long.highestOneBit(to - from - 1);
            if (index < middle) {
                path.addFirst(range(middle, to, size, store));
                to = middle;
            } else {
                path.addFirst(range(from, middle, size, store));
                from = middle;
            }
        }
        return path;
    }

    /** What shows that the tree of size {@code b} begins with the tree of size {@code a}. */
    public static List<byte[]> consistency(long a, long b, TileStore store) {
        if (a <= 0 || a > b) {
            throw new IllegalArgumentException("no proof leads from a tree of " + a + " to a tree of " + b);
        }
        var path = new ArrayList<byte[]>();
        long from = 0;
        long to = b;
        while (a != to) {
            long middle = from + Long.highestOneBit(to - from - 1);
            if (a <= middle) {
                path.addFirst(range(middle, to, b, store));
                to = middle;
            } else {
                path.addFirst(range(from, middle, b, store));
                from = middle;
            }
        }
        if (from > 0) {
            path.addFirst(range(from, to, b, store));
        }
        return path;
    }

    private static byte[] range(long from, long to, long size, TileStore store) {
        long width = to - from;
        if (Long.bitCount(width) == 1 && from % width == 0) {
            int height = Long.numberOfTrailingZeros(width);
            int level = height / 8;
            int across = 1 << (height % 8);
            long first = from >>> (8 * level);
            long tile = first / Tile.WIDTH;
            int at = (int) (first % Tile.WIDTH);
            int there = (int) Math.min(Tile.WIDTH, (size >>> (8 * level)) - tile * Tile.WIDTH);
            return complete(read(store, level, tile, there).subList(at, at + across));
        }
        long middle = from + Long.highestOneBit(width - 1);
        return Hashing.node(range(from, middle, size, store), range(middle, to, size, store));
    }
}
