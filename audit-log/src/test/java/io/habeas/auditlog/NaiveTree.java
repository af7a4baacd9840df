// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** The tree as RFC 6962 defines it, word for word, with a hash function of its own. */
final class NaiveTree {

    private NaiveTree() {}

    static byte[] root(List<byte[]> entries) {
        if (entries.isEmpty()) {
            return sha256(new byte[0]);
        }
        if (entries.size() == 1) {
            return sha256(new byte[] {0}, entries.getFirst());
        }
        int split = Integer.highestOneBit(entries.size() - 1);
        return sha256(new byte[] {1}, root(entries.subList(0, split)), root(entries.subList(split, entries.size())));
    }

    static List<byte[]> path(int index, List<byte[]> entries) {
        if (entries.size() == 1) {
            return List.of();
        }
        int split = Integer.highestOneBit(entries.size() - 1);
        var left = entries.subList(0, split);
        var right = entries.subList(split, entries.size());
        var path = new ArrayList<>(index < split ? path(index, left) : path(index - split, right));
        path.add(root(index < split ? right : left));
        return path;
    }

    static List<byte[]> proof(int older, List<byte[]> entries, boolean known) {
        if (older == entries.size()) {
            return known ? List.of() : List.of(root(entries));
        }
        int split = Integer.highestOneBit(entries.size() - 1);
        var left = entries.subList(0, split);
        var right = entries.subList(split, entries.size());
        var proof = new ArrayList<>(older <= split ? proof(older, left, known) : proof(older - split, right, false));
        proof.add(root(older <= split ? right : left));
        return proof;
    }

    private static byte[] sha256(byte[]... parts) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
