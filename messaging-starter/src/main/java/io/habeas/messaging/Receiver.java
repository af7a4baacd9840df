// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.contracts.Announcement;

/** What a feature does with the announcements of another service. */
@FunctionalInterface
public interface Receiver<A extends Announcement> {

    /**
     * Called for each announcement of a request in the order in which they were made; again after a failure.
     *
     * @throws RefusedException if trying again is pointless; the message is parked at once
     * @throws Exception if it may be tried again: with growing pauses, then parked
     */
    void on(Inbound<A> message) throws Exception;
}
