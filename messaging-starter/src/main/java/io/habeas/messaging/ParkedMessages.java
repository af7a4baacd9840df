// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The messages that wait for an operator. */
public interface ParkedMessages {

    /**
     * In the order in which they were parked.
     *
     * @param after the {@link ParkedMessage#number()} of the last one seen, 0 for the first page
     */
    List<ParkedMessage> list(long after, int limit);

    /** As {@link #list(long, int)}, of these controllers only. @param controllers as in {@link VisibleControllers} */
    List<ParkedMessage> list(long after, int limit, Set<String> controllers);

    /** How many there are. */
    long count();

    /**
     * Tries the message again and, in order, everything of the same request that is parked; stops at the first that fails.
     *
     * @return nothing if no such message is parked
     */
    Optional<Redriven> redrive(UUID id);

    /** As {@link #redrive(UUID)}; nothing for a message of another controller. @param controllers as in {@link VisibleControllers} */
    Optional<Redriven> redrive(UUID id, Set<String> controllers);

    /** @param remaining how many of that request are still parked */
    record Redriven(int effective, int remaining) {}
}
