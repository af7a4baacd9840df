// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A record of the audit trail as it came; nobody has looked at it yet.
 *
 * @param place where it lay on the topic; absent parts are -1 for what came from a feed
 * @param value of a {@link TrailEntry}, perhaps
 * @param mac empty where there was none
 */
public record TrailRecord(TrailPlace place, byte[] value, byte[] mac) {

    /** From a feed, not from the topic. */
    static final TrailPlace NOWHERE = new TrailPlace(-1, -1, -1, "");

    /**
     * A place on the topic.
     *
     * @param leaderEpoch by which a log that was cut off behind our back is noticed; -1 where it is not known
     * @param digest of the record that lay there, in hexadecimal digits, by which a log that was cut off and written anew beyond this place is noticed;
     *     empty where it is not known
     */
    public record TrailPlace(int partition, long offset, int leaderEpoch, String digest) {}

    /** SHA-256 over mac and value, in hexadecimal digits. */
    static String digest(byte[] mac, byte[] value) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(mac);
            return HexFormat.of().formatHex(sha256.digest(value));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "TrailRecord[" + place + "]";
    }
}
