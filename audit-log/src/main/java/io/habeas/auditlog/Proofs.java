// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

import java.util.Arrays;
import java.util.List;

/** Verifies proofs of RFC 6962. */
public final class Proofs {

    private Proofs() {}

    public static boolean includes(long index, long size, byte[] leafHash, List<byte[]> path, byte[] root) {
        if (index < 0 || index >= size) {
            return false;
        }
        long at = index;
        long last = size - 1;
        var hash = leafHash;
        for (var beside : path) {
            if (beside.length != Hashing.BYTES || last == 0) {
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
}
