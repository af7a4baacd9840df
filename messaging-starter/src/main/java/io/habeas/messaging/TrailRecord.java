// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

/**
 * A record of the audit trail as it came; nobody has looked at it yet.
 *
 * @param place where it lay on the topic; absent parts are -1 for what came from a feed
 * @param value of a {@link TrailEntry}, perhaps
 * @param mac empty where there was none
 */
public record TrailRecord(TrailPlace place, byte[] value, byte[] mac) {

    /** From a feed, not from the topic. */
    static final TrailPlace NOWHERE = new TrailPlace(-1, -1, -1);

    /**
     * A place on the topic.
     *
     * @param leaderEpoch by which a log that was cut off behind our back is noticed; -1 where it is not known
     */
    public record TrailPlace(int partition, long offset, int leaderEpoch) {}

    @Override
    public String toString() {
        return "TrailRecord[" + place + "]";
    }
}
