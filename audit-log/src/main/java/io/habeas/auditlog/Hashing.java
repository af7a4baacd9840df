// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 as RFC 6962 uses it. */
public final class Hashing {

    public static final int BYTES = 32;

    private Hashing() {}

    public static byte[] empty() {
        return sha256().digest();
    }

    public static byte[] leaf(byte[] entry) {
        var sha256 = sha256();
        sha256.update((byte) 0);
        return sha256.digest(entry);
    }

    public static byte[] node(byte[] left, byte[] right) {
        var sha256 = sha256();
        sha256.update((byte) 1);
        sha256.update(left);
        return sha256.digest(right);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
