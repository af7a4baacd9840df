// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import com.fasterxml.jackson.annotation.JsonInclude;
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
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Terms.Deadline;
import io.habeas.request.policy.language.StopReason;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can happen to one data-subject request, in the order it usually does. A fact carries what was decided, and what
 * the others must be told of it, so that no later change of a rule rewrites the past.
 */
public sealed interface RequestEvent {

    UUID requestId();

    /**
     * The request was accepted, and its clocks run.
     *
     * @param fingerprint keyed hash of the body, base64url: tells a repeat from another request under the same key
     * @param clocks those that run from receipt
     * @param asked what is asked for beside the right; absent where the right says it all
     * @param entry where staff entered it
     */
    @Stored("request.received")
    record RequestReceived(
            UUID requestId,
            String controller,
            String reference,
            String profile,
            String jurisdiction,
            Right right,
            @Nullable Scope scope,
            Capacity capacity,
            String language,
            ProofMethod proofMethod,
            ProofLevel proofLevel,
            RequestKeys keys,
            SealedField claims,
            SealedField replyTo,
            Instant receivedAt,
            String fingerprint,
            List<Deadline> clocks,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Asked asked,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Entry entry)
            implements RequestEvent {

        /** The kind of the right that is asked for; absent where it has none. */
        public @Nullable String kindAsked() {
            return asked == null ? null : asked.kind();
        }
    }

    /**
     * What is asked for beside the right: names out of the profile, never what a person wrote.
     *
     * @param kind of the right, where it has kinds
     * @param purposes for which consent is taken back
     * @param channels that are to be closed; all where none is named
     * @param ground that the person states
     * @param categories that alone are meant; all where none is named
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Asked(
            @Nullable String kind,
            @Nullable List<String> purposes,
            @Nullable List<String> channels,
            @Nullable String ground,
            @Nullable List<String> categories) {}

    /** A code goes to the contact on file. Seen by the requester only after it was used: it would tell that somebody is on file. */
    @Stored("request.identity-asked")
    record IdentityAsked(
            UUID requestId,
            String reference,
            Right right,
            String language,
            SealedField challenge,
            Instant expiresAt,
            int number)
            implements RequestEvent {}

    /** @param account whether the person has an account with the controller */
    @Stored("request.identity-proved")
    record IdentityProved(
            UUID requestId,
            ProofMethod method,
            ProofLevel level,
            SealedField proved,
            SealedField contact,
            boolean account,
            Instant provedAt)
            implements RequestEvent {}

    /**
     * A person of the controller has to decide, and nothing is done before. Clocks run on.
     *
     * @param rule the leaf of the profile that gives the decision to a person
     */
    @Stored("request.review-asked")
    record ReviewAsked(UUID requestId, String reference, Right right, String language, ReviewReason reason, String rule)
            implements RequestEvent {}

    /**
     * The person is to send a written statement, and the request waits for it.
     *
     * @param replyTo as the requester gave it
     * @param clock how long the person has
     */
    @Stored("request.statement-asked")
    record StatementAsked(
            UUID requestId,
            String reference,
            Right right,
            String language,
            SealedField replyTo,
            Deadline clock,
            String rule)
            implements RequestEvent {}

    /**
     * @param statement sealed under the key of the case: what the person wrote
     * @param fingerprint keyed hash of it, base64url: tells a repeat from another statement
     */
    @Stored("request.statement-received")
    record StatementReceived(UUID requestId, SealedField statement, boolean signed, String fingerprint)
            implements RequestEvent {}

    /** Somebody of the controller wants to see the request before anything is done; the proof of who asks comes first. */
    @Stored("request.review-ordered")
    record ReviewOrdered(UUID requestId) implements RequestEvent {}

    /**
     * A person granted it; what follows is confirmation, hold and approval, as for one that a machine grants.
     *
     * @param note sealed under the CASE key: why
     * @param rule the leaf of the profile that says who decides
     */
    @Stored("request.granted")
    record RequestGranted(
            UUID requestId,
            List<Withholding> withheld,
            @Nullable SealedField note,
            String rule) implements RequestEvent {}

    /**
     * A person decided against it, as a whole.
     *
     * @param contact where identity was proved
     * @param groundShown whether the person may be told the ground
     * @param answerOwed whether the profile owes an answer on that ground; a letter goes out all the same
     * @param evidence sealed under the CASE key: what proves the ground
     * @param note sealed under the CASE key: for those who look at the case later
     * @param complaintSource the law that gives the steps of complaint, where the policy names none
     * @param rule the leaf of the profile that has the ground
     */
    @Stored("request.refused")
    record RequestRefused(
            UUID requestId,
            String reference,
            Right right,
            String profile,
            String jurisdiction,
            String language,
            @Nullable SealedField contact,
            SealedField replyTo,
            String ground,
            boolean groundShown,
            boolean answerOwed,
            @Nullable SealedField evidence,
            @Nullable SealedField note,
            List<String> complaint,
            @Nullable String complaintSource,
            String rule)
            implements RequestEvent {}

    /**
     * The person is asked for what is missing, and the request waits.
     *
     * @param missing sealed under the CASE key
     */
    @Stored("request.details-asked")
    record DetailsAsked(
            UUID requestId,
            String reference,
            Right right,
            String language,
            @Nullable SealedField contact,
            SealedField replyTo,
            SealedField missing,
            Deadline clock,
            String rule)
            implements RequestEvent {}

    /** The person answered; whoever asked looks at it again. */
    @Stored("request.details-given")
    record DetailsGiven(UUID requestId, SealedField details, String fingerprint) implements RequestEvent {}

    /**
     * The answer is due later than first said.
     *
     * @param reason sealed under the CASE key
     * @param clock of the answer, with its new end
     */
    @Stored("request.extended")
    record RequestExtended(
            UUID requestId,
            String reference,
            Right right,
            String language,
            @Nullable SealedField contact,
            SealedField replyTo,
            SealedField reason,
            Instant firstDueAt,
            Deadline clock,
            String rule)
            implements RequestEvent {}

    /** Somebody of the controller read what is sealed in the case. */
    @Stored("request.file-read")
    record FileRead(UUID requestId, List<Part> parts) implements RequestEvent {

        /** What can be read. */
        public enum Part {
            CLAIMS,
            REPLY_TO,
            CONTACT,
            DETAILS,
            STATEMENT,
            NOTES
        }
    }

    /** The person is to say once more that it is meant. */
    @Stored("request.confirmation-asked")
    record ConfirmationAsked(
            UUID requestId, String reference, String language, SealedField contact, Deadline clock, String rule)
            implements RequestEvent {}

    /** The person said so, and how the answer is to come. */
    @Stored("request.confirmed")
    record Confirmed(UUID requestId, Delivery delivery) implements RequestEvent {}

    /**
     * It was decided, and nothing is destroyed before the clock has run out; until then it can be taken back. Happens again where
     * nobody could be told of the last one before it ended.
     *
     * @param replyTo also told: whoever asked may not be the person
     */
    @Stored("request.hold-started")
    record HoldStarted(
            UUID requestId,
            String reference,
            Right right,
            String language,
            SealedField contact,
            SealedField replyTo,
            Deadline clock,
            String rule)
            implements RequestEvent {}

    /**
     * The decision: fulfillment may begin, for what was proved.
     *
     * @param collectedSince the start of the time that the answer covers
     * @param keepGrounds the only grounds on which something may be kept
     */
    @Stored("request.approved")
    record RequestApproved(
            UUID requestId,
            UUID approvalId,
            String reference,
            String profile,
            String jurisdiction,
            Right right,
            @Nullable Scope scope,
            String language,
            RequestKeys keys,
            SealedField proved,
            Instant receivedAt,
            @Nullable Instant collectedSince,
            List<String> keepGrounds,
            String rule)
            implements RequestEvent {}

    @Stored("request.planned")
    record FulfillmentPlanned(UUID requestId, UUID planId, String dataMap, List<PlannedTask> tasks)
            implements RequestEvent {}

    /** @param parked whether a person must act */
    @Stored("request.delayed")
    record FulfillmentDelayed(
            UUID requestId, @Nullable UUID taskId, @Nullable String store, String reason, boolean parked)
            implements RequestEvent {}

    @Stored("request.outcomes-recorded")
    record OutcomesRecorded(UUID requestId, List<TaskOutcome> outcomes) implements RequestEvent {}

    /** Fulfillment says that it is done; it counts once the outcome of every planned task is there. */
    @Stored("request.fulfilled")
    record FulfillmentEnded(
            UUID requestId, UUID planId, @Nullable Instant packageUntil) implements RequestEvent {}

    @Stored("request.answered")
    record RequestAnswered(
            UUID requestId,
            String reference,
            Right right,
            String profile,
            String jurisdiction,
            String language,
            SealedField contact,
            List<TaskOutcome> outcomes,
            @Nullable Instant packageUntil,
            List<String> complaint,
            String rule)
            implements RequestEvent {}

    /** @param reason for us; outside, every reason looks the same */
    @Stored("request.not-verified")
    record RequestNotVerified(
            UUID requestId,
            String reference,
            Right right,
            String language,
            SealedField replyTo,
            List<String> complaint,
            Reason reason,
            String rule)
            implements RequestEvent {}

    @Stored("request.withdrawn")
    record RequestWithdrawn(UUID requestId, String reference, String language) implements RequestEvent {}

    @Stored("request.lapsed")
    record RequestLapsed(UUID requestId, String reference, String language, String rule) implements RequestEvent {}

    @Stored("request.closed")
    record RequestClosed(UUID requestId) implements RequestEvent {}

    /**
     * The request has ended. What is sealed under its key is kept until then, and destroyed after it.
     *
     * @param from its end, or the last thing that was still to come after it
     */
    @Stored("request.retention-started")
    record RetentionStarted(UUID requestId, UUID key, Instant from, Instant until, String rule)
            implements RequestEvent {}

    @Stored("request.letter-sent")
    record LetterSent(UUID requestId, Letter letter, String channel) implements RequestEvent {}

    /** From then on the request waits for a person of operations. */
    @Stored("request.letter-undeliverable")
    record LetterUndeliverable(UUID requestId, Letter letter, String channel, String reason) implements RequestEvent {}

    /** A clock began that does not run from receipt. */
    @Stored("request.clock-started")
    record ClockStarted(UUID requestId, Deadline clock) implements RequestEvent {}

    /**
     * A clock stands still, because the person was asked for something.
     *
     * @param at from then on
     * @param dueAt the end that holds all the same; absent where there is none
     */
    @Stored("request.clock-stopped")
    record ClockStopped(
            UUID requestId,
            ClockKind clock,
            StopReason reason,
            Instant at,
            @Nullable Instant dueAt,
            String rule) implements RequestEvent {}

    /**
     * What was asked for is there, and the clock goes on.
     *
     * @param at from then on
     * @param clock with its new end
     */
    @Stored("request.clock-resumed")
    record ClockResumed(UUID requestId, StopReason reason, Instant at, Deadline clock) implements RequestEvent {}

    /** The end of a clock was provisional, and was counted again when the days of the year were known. */
    @Stored("request.clock-reckoned")
    record ClockReckoned(UUID requestId, Deadline clock) implements RequestEvent {}

    /**
     * A clock comes near its end.
     *
     * @param dueAt its end
     * @param warnedFor the moment at which the profile wants a warning
     * @param next when there is another one; absent after the last
     */
    @Stored("request.clock-warned")
    record ClockWarned(
            UUID requestId,
            ClockKind clock,
            Instant dueAt,
            Instant warnedFor,
            @Nullable Instant next,
            String rule) implements RequestEvent {}

    /** The last moment of a clock passed before what it measures had happened. */
    @Stored("request.clock-ran-out")
    record ClockRanOut(UUID requestId, ClockKind clock, Instant dueAt, String rule) implements RequestEvent {}

    /** Whatever was sealed under it is unreadable for ever. */
    @Stored("request.key-destroyed")
    record KeyDestroyed(UUID requestId, UUID key, KeyClass keyClass) implements RequestEvent {}
}
