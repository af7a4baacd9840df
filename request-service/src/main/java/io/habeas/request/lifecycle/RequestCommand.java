// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.FulfillmentAnnouncement.PlannedTask;
import io.habeas.contracts.KeyClass;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.RequestKeys;
import io.habeas.contracts.Right;
import io.habeas.contracts.Scope;
import io.habeas.contracts.SealedField;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.VerificationAnnouncement.Failed.Reason;
import io.habeas.request.lifecycle.RequestEvent.FileRead.Part;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.language.Decider;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Everything that can be asked of one data-subject request. */
public sealed interface RequestCommand {

    /** Whom it is for; {@link Requests#target} reads it. */
    UUID requestId();

    /**
     * @param receivedAt legal time of receipt
     * @param asked what is asked for beside the right
     * @param entry where staff entered it
     */
    record Receive(
            UUID requestId,
            String controller,
            String reference,
            String profile,
            String jurisdiction,
            Right right,
            @Nullable Scope scope,
            Capacity capacity,
            String language,
            RequestKeys keys,
            SealedField claims,
            SealedField replyTo,
            Instant receivedAt,
            String fingerprint,
            RequestEvent.@Nullable Asked asked,
            @Nullable Entry entry)
            implements RequestCommand {}

    record AskIdentity(UUID requestId, SealedField challenge, Instant expiresAt, int number)
            implements RequestCommand {}

    record AcceptProof(
            UUID requestId,
            ProofMethod method,
            ProofLevel level,
            SealedField proved,
            SealedField contact,
            boolean account,
            Instant provedAt)
            implements RequestCommand {}

    record EndUnverified(UUID requestId, Reason reason) implements RequestCommand {}

    /** The person has to send a written statement before the request is decided. */
    record AskStatement(UUID requestId) implements RequestCommand {}

    /**
     * @param statement sealed under the key of the case
     * @param fingerprint keyed hash of it
     */
    record TakeStatement(UUID requestId, SealedField statement, boolean signed, String fingerprint)
            implements RequestCommand {}

    record Confirm(UUID requestId, Delivery delivery) implements RequestCommand {}

    record Withdraw(UUID requestId) implements RequestCommand {}

    /** Somebody of the controller wants to look at it before it is decided. @param roles of whoever asks */
    record OrderReview(UUID requestId, Set<Decider> roles) implements RequestCommand {}

    /** @param roles of whoever decides */
    record Approve(
            UUID requestId,
            Set<Decider> roles,
            List<Withholding> withheld,
            @Nullable SealedField note) implements RequestCommand {}

    /**
     * @param roles of whoever decides
     * @param secret whether the ground is itself not to be told
     */
    record Refuse(
            UUID requestId,
            Set<Decider> roles,
            String ground,
            boolean secret,
            @Nullable SealedField evidence,
            @Nullable SealedField note)
            implements RequestCommand {}

    /** @param roles of whoever asks */
    record AskDetails(UUID requestId, Set<Decider> roles, SealedField missing) implements RequestCommand {}

    /** @param fingerprint keyed hash of what was sent: tells a repeat from something else under the same key */
    record GiveDetails(UUID requestId, SealedField details, String fingerprint) implements RequestCommand {}

    /**
     * @param roles of whoever decides
     * @param until the new last day; absent for the latest that the profile has
     */
    record Extend(
            UUID requestId,
            Set<Decider> roles,
            SealedField reason,
            @Nullable LocalDate until) implements RequestCommand {}

    record RecordReading(UUID requestId, List<Part> parts) implements RequestCommand {}

    record RecordPlan(UUID requestId, UUID planId, String dataMap, List<PlannedTask> tasks) implements RequestCommand {}

    record RecordDelay(
            UUID requestId, @Nullable UUID taskId, @Nullable String store, String reason, boolean parked)
            implements RequestCommand {}

    record RecordOutcomes(UUID requestId, List<TaskOutcome> outcomes) implements RequestCommand {}

    record EndFulfillment(
            UUID requestId, UUID planId, @Nullable Instant packageUntil) implements RequestCommand {}

    record RecordLetter(UUID requestId, Letter letter, String channel) implements RequestCommand {}

    record RecordUndeliverable(UUID requestId, Letter letter, String channel, String reason)
            implements RequestCommand {}

    /** @param dueAt of the clock as it was claimed: a clock that was moved meanwhile does not run out by an old order */
    record RunOut(UUID requestId, ClockKind clock, Instant dueAt) implements RequestCommand {}

    /** @param at the moment of the warning as it was claimed */
    record Warn(UUID requestId, ClockKind clock, Instant at) implements RequestCommand {}

    /** Counts a provisional end again, with the calendars that are known now. */
    record Reckon(UUID requestId, ClockKind clock) implements RequestCommand {}

    record RecordKeyDestroyed(UUID requestId, UUID key, KeyClass keyClass) implements RequestCommand {}
}
