// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

import java.util.Arrays;
import java.util.List;

/** Verifies proofs of RFC 6962. What is malformed does not verify; nothing here throws. */
public final class Proofs {

    private Proofs() {}

    /** Whether a leaf stands at an index of the tree of that size and root. */
    public static boolean includes(long index, long size, byte[] leafHash, List<byte[]> path, byte[] root) {
        if (index < 0 || index >= size || !areHashes(path, leafHash, root)) {
            return false;
        }
        long at = index;
        long last = size - 1;
        var hash = leafHash;
        for (var beside : path) {
            if (last == 0) {
                return false;
            }
            if ((at & 1) == 1 || at == last) {
                hash = Hashing.node(beside, hash);
                while ((at & 1) == 0 && at != 0) {
                    at >>>= 1;
                    last >>>= 1;
                }
            } else {
                hash = Hashing.node(hash, beside);
            }
            at >>>= 1;
            last >>>= 1;
        }
        return last == 0 && Arrays.equals(hash, root);
    }

    /** Whether the tree of size {@code b} begins with the tree of size {@code a}. Of an empty tree nothing can be shown. */
    public static boolean consistent(long a, byte[] rootA, long b, byte[] rootB, List<byte[]> path) {
        if (a <= 0 || a > b || !areHashes(path, rootA, rootB)) {
            return false;
        }
        if (a == b) {
            return path.isEmpty() && Arrays.equals(rootA, rootB);
        }
        if (path.isEmpty()) {
            return false;
        }
        boolean whole = Long.bitCount(a) == 1;
        long at = a - 1;
        long last = b - 1;
        while ((at & 1) == 1) {
            at >>>= 1;
            last >>>= 1;
        }
        var older = whole ? rootA : path.getFirst();
        var newer = older;
        for (var beside : whole ? path : path.subList(1, path.size())) {
            if (last == 0) {
                return false;
            }
            if ((at & 1) == 1 || at == last) {
                older = Hashing.node(beside, older);
                newer = Hashing.node(beside, newer);
                while ((at & 1) == 0 && at != 0) {
                    at >>>= 1;
                    last >>>= 1;
                }
            } else {
                newer = Hashing.node(newer, beside);
            }
            at >>>= 1;
            last >>>= 1;
        }
        return last == 0 && Arrays.equals(older, rootA) && Arrays.equals(newer, rootB);
    }

    private static boolean areHashes(List<byte[]> path, byte[] one, byte[] other) {
        return one.length == Hashing.BYTES
                && other.length == Hashing.BYTES
                && path.stream().allMatch(hash -> hash.length == Hashing.BYTES);
    }
}
