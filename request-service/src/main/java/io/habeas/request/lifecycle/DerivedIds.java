// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Ids that follow from something else, so that a repeat finds the same one: UUIDv8. */
public final class DerivedIds {

    private DerivedIds() {}

    /** @param digest at least 16 bytes of a hash */
    public static UUID ofDigest(byte[] digest) {
        var bytes = ByteBuffer.wrap(digest);
        long high = (bytes.getLong() & 0xffff_ffff_ffff_0fffL) | 0x8000L;
        long low = (bytes.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    /** @param name what it is within the request; no secret, and nothing about a person */
    public static UUID of(UUID requestId, String name) {
        try {
            var text = requestId + "|" + name;
            return ofDigest(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this JVM lacks SHA-256", missing);
        }
    }
}
