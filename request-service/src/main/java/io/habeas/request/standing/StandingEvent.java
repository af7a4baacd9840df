// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import io.habeas.contracts.SealedField;
import io.habeas.contracts.Stance;
import io.habeas.contracts.StandingOrigin;
import io.habeas.request.lifecycle.Stored;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can happen to one standing fact: one identifier of one person, one use of data, one answer. Its stream is its own, so that it
 * outlives every request. The identifier is sealed under a key that dies with the fact; no hash of it stands here.
 */
public sealed interface StandingEvent {

    UUID factId();

    /**
     * It holds from now on.
     *
     * @param use a purpose of the profile, {@code SALE}, or {@code ALL}
     * @param channel the one way of contact that is meant; absent for all
     * @param profile {@code id@version}, in force when it was said
     * @param askAgainFrom when the person may be asked to take it back; absent where nothing is said
     * @param rule the leaf of the profile that gives it its effect
     * @param fingerprint keyed hash of what was sent, base64url: tells a repeat from another call under the same key
     */
    @Stored("standing.set")
    record Set(
            UUID factId,
            String use,
            @Nullable String channel,
            Stance stance,
            StandingOrigin origin,
            SealedField identifier,
            String profile,
            String jurisdiction,
            Instant since,
            @Nullable Instant askAgainFrom,
            boolean neverAskAgain,
            String rule,
            String fingerprint)
            implements StandingEvent {}

    /** @param endedBy the fact that holds in its place; absent where none does, since the request by which it stood came to nothing */
    @Stored("standing.ended")
    record Ended(UUID factId, @Nullable UUID endedBy, Instant at) implements StandingEvent {}

    /**
     * The first of two steps back in. Nothing changes before the second one.
     *
     * @param optIn the same for all identifiers that were named together
     * @param until the last moment for the second step
     */
    @Stored("standing.opt-in-asked")
    record OptInAsked(
            UUID factId,
            UUID optIn,
            String use,
            SealedField identifier,
            String profile,
            String jurisdiction,
            Instant askedAt,
            Instant until,
            String rule,
            String fingerprint)
            implements StandingEvent {}

    /** The second step did not come in time: what stood before stands. */
    @Stored("standing.opt-in-lapsed")
    record OptInLapsed(UUID factId, Instant at) implements StandingEvent {}

    /** The identifier is unreadable for ever. */
    @Stored("standing.key-destroyed")
    record KeyDestroyed(UUID factId, UUID key) implements StandingEvent {}
}
