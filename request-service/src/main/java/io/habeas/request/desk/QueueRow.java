// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.desk;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Right;
import io.habeas.request.lifecycle.ReviewReason;
import io.habeas.request.lifecycle.State;
import io.habeas.request.policy.language.Decider;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One request in the queue: nothing of the person.
 *
 * @param role who has to decide; absent where nobody has to now
 * @param reason why a person decides; absent where none does
 * @param receivedAt the true receipt, from which the clocks run
 * @param enteredAt when it came into Habeas: later than the receipt where staff entered it
 * @param channel by which it came, where staff entered it
 * @param dueAt the last moment that is in time for the answer
 */
record QueueRow(
        UUID requestId,
        String controller,
        String reference,
        Right right,
        Capacity capacity,
        String jurisdiction,
        String profile,
        State state,
        @Nullable Decider role,
        @Nullable ReviewReason reason,
        Instant receivedAt,
        Instant enteredAt,
        @Nullable String channel,
        Instant dueAt) {}
