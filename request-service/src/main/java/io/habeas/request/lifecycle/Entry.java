// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import java.time.Instant;

/**
 * How a request came in that staff entered.
 *
 * @param actor who entered it, opaque; the same person does not decide it
 * @param enteredAt legal time of the entry, not before the receipt
 */
public record Entry(Channel channel, String actor, Instant enteredAt) {

    /** By which way it reached the controller. */
    public enum Channel {
        EMAIL,
        WEBSITE,
        POST,
        TELEPHONE,
        FAX,
        IN_PERSON
    }
}
