// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.plan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * Remembers which keys were seen, in eight bytes a key and not their length: by the first 64 bits of a salted SHA-256, so that
 * a million keys are mistaken for each other once in a hundred million runs. Not for several threads.
 */
public final class KeySet {

    private static final int FIRST = 1 << 10;

    private final byte[] salt = new byte[16];
    private final MessageDigest digest;
    private long[] table = new long[FIRST];
    private int size;

    public KeySet() {
        new SecureRandom().nextBytes(salt);
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** @return whether it was not there before */
    public boolean add(String key) {
        if (size * 2 >= table.length) {
            grow();
        }
        return put(hash(key));
    }

    public boolean contains(String key) {
        long hash = hash(key);
        for (int slot = slot(hash, table); table[slot] != 0; slot = slot + 1 & table.length - 1) {
            if (table[slot] == hash) {
                return true;
            }
        }
        return false;
    }

    public int size() {
        return size;
    }

    private boolean put(long hash) {
        int slot = slot(hash, table);
        while (table[slot] != 0) {
            if (table[slot] == hash) {
                return false;
            }
            slot = slot + 1 & table.length - 1;
        }
        table[slot] = hash;
        size++;
        return true;
    }

    private void grow() {
        var old = table;
        table = new long[old.length * 2];
        size = 0;
        for (long hash : old) {
            if (hash != 0) {
                put(hash);
            }
        }
    }

    private static int slot(long hash, long[] table) {
        return (int) hash & table.length - 1;
    }

    /** Zero marks a free slot, and so is never a hash. */
    private long hash(String key) {
        digest.update(salt);
        long hash = ByteBuffer.wrap(digest.digest(key.getBytes(StandardCharsets.UTF_8)))
                .getLong();
        return hash == 0 ? 1 : hash;
    }
}
