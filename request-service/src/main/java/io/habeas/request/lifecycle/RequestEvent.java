// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.habeas.contracts.Capacity;
import io.habeas.contracts.Exclusion;
import io.habeas.contracts.FulfillmentAnnouncement.FollowedUpCollection;
import io.habeas.contracts.FulfillmentAnnouncement.PlannedTask;
import io.habeas.contracts.KeyClass;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.RequestKeys;
import io.habeas.contracts.Right;
import io.habeas.contracts.Scope;
import io.habeas.contracts.SealedField;
import io.habeas.contracts.Standings;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.Telling;
import io.habeas.contracts.VerificationAnnouncement.Failed.Reason;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Terms;
import io.habeas.request.policy.Terms.Deadline;
import io.habeas.request.policy.language.StopReason;
import java.time.Instant;
import java.time.LocalDate;
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
     * @param otherMethod that proves identity as well; absent where there is none
     * @param declared where the person lives, where that says more than the part of the profile
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
            Entry entry,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            ProofMethod otherMethod,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Declared declared)
            implements RequestEvent {

        /** The same request under other rules. */
        public RequestReceived under(RequestBoundAnew anew) {
            return new RequestReceived(
                    requestId,
                    controller,
                    reference,
                    anew.profile(),
                    anew.jurisdiction(),
                    right,
                    scope,
                    capacity,
                    language,
                    proofMethod,
                    anew.proofLevel(),
                    keys,
                    claims,
                    replyTo,
                    receivedAt,
                    fingerprint,
                    clocks,
                    asked,
                    entry,
                    otherMethod,
                    anew.declared());
        }

        /** Where the person lives, as it was said. */
        public List<String> places() {
            return declared == null ? List.of(jurisdiction) : declared.declared();
        }

        /** Whether terms give all of what is asked for. */
        public boolean isGivenBy(Terms terms) {
            var purposes = asked == null || asked.purposes() == null ? List.<String>of() : asked.purposes();
            return terms.gives(capacity, scope, kindAsked(), purposes);
        }

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
     * Other rules hold for the request from then on. What was done under the old ones stays done.
     *
     * @param declared where the person lives, where that says more than the part of the profile
     * @param proofLevel how sure it must be who asks; NONE where nothing has to be proved any more
     * @param clocks all that run from then on, counted by these rules from the true receipt; every other has ended
     * @param stops when the clock of the answer stood still, as far as these rules let it
     * @param note sealed under the CASE key: why, where a person corrected it
     * @param rule the right under these rules
     */
    @Stored("request.bound-anew")
    record RequestBoundAnew(
            UUID requestId,
            Why why,
            String profile,
            String jurisdiction,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Declared declared,

            ProofLevel proofLevel,
            List<Deadline> clocks,
            List<Stood> stops,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            SealedField note,

            String rule)
            implements RequestEvent {

        /** Why other rules hold. */
        public enum Why {
            /** A person of the controller found that the person lives elsewhere. */
            CORRECTED,
            /** The proof showed that the person keeps an older version, which gives more. */
            VERSION_KEPT
        }

        /** A time in which the clock of the answer stood still. */
        public record Stood(StopReason reason, Instant from, Instant until) {}

        /** Whether a clock of that kind runs on. */
        public boolean runs(ClockKind kind) {
            return clocks.stream().anyMatch(it -> it.kind() == kind);
        }

        /** Where the request stands with it: what it waited for under the old rules alone it waits for no more. */
        public State after(State before, boolean proved) {
            return switch (before) {
                case RECEIVED, AWAITING_IDENTITY ->
                    proofLevel == ProofLevel.NONE && !proved ? State.ASSESSMENT : before;
                case AWAITING_STATEMENT -> runs(ClockKind.STATEMENT) ? before : State.ASSESSMENT;
                case AWAITING_CONFIRMATION, AWAITING_FEE, HOLD_WINDOW -> State.ASSESSMENT;
                default -> before;
            };
        }
    }

    /**
     * The person has used the right as often as the profile counts, or has with what is still open. Of those others only the number stands here.
     *
     * @param most how many pass
     * @param answered how many were answered within the window
     * @param open how many are still open
     * @param possibleFrom when the window is open again, as things stand
     * @param rule the leaf of the profile that counts
     */
    @Stored("request.count-passed")
    record CountPassed(UUID requestId, Count of, int most, int answered, int open, LocalDate possibleFrom, String rule)
            implements RequestEvent {

        /** What the profile counts for. */
        public enum Count {
            /** Beyond it a request may be refused. */
            LIMIT,
            /** Beyond it a request may cost something. */
            FEE
        }
    }

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
     * @param againFrom the day from which it is possible again, where that is the ground
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
            String rule,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            LocalDate againFrom)
            implements RequestEvent {}

    /**
     * A person of the controller states that it was carried out, where no machine does. It is never said to be more than that.
     *
     * @param done sealed under the CASE key: what was done, and which fields were not corrected
     * @param refused grounds on which single fields of a correction were not corrected, in order
     * @param note sealed under the CASE key: for those who look at the case later
     * @param rule the leaf of the profile that says who decides
     */
    @Stored("request.carried-out")
    record RequestCarriedOut(
            UUID requestId,
            SealedField done,
            List<RefusedField> refused,
            @Nullable SealedField note,
            String rule) implements RequestEvent {}

    /** @param rule the leaf of the profile that has the ground */
    record RefusedField(String ground, String rule) {}

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

    /**
     * It may cost something, and nothing is done before the person accepts.
     *
     * @param amount an estimate, with its decimals behind a point
     * @param currency by ISO 4217
     * @param reason sealed under the CASE key: for the person, in words
     * @param clock how long the person has
     * @param rule the leaf of the profile that lets it cost something
     */
    @Stored("request.fee-quoted")
    record FeeQuoted(
            UUID requestId,
            String reference,
            Right right,
            String language,
            @Nullable SealedField contact,
            SealedField replyTo,
            String ground,
            String amount,
            String currency,
            SealedField reason,
            Deadline clock,
            String rule)
            implements RequestEvent {}

    /** @param fingerprint keyed hash of the answer: tells a repeat from another answer */
    @Stored("request.fee-accepted")
    record FeeAccepted(UUID requestId, String fingerprint) implements RequestEvent {}

    /**
     * The person does not pay; whoever quoted the fee looks at the request again.
     *
     * @param reason sealed under the CASE key: why the person asks again; absent where none was given
     */
    @Stored("request.fee-declined")
    record FeeDeclined(UUID requestId, @Nullable SealedField reason, String fingerprint) implements RequestEvent {}

    /**
     * The person is not satisfied. The request stays as it is until somebody else has looked at it.
     *
     * @param text sealed under the CASE key
     * @param clock until the complaint is to be answered
     */
    @Stored("request.complaint-received")
    record ComplaintReceived(UUID requestId, UUID complaintId, SealedField text, Deadline clock, String rule)
            implements RequestEvent {}

    /**
     * @param complaintId absent where the request itself is a complaint
     * @param upheld whether the person was right
     * @param reopened whether the request is looked at again
     * @param answer sealed under the CASE key: for the person, in words
     * @param complaint the next steps of complaint, in order
     * @param complaintSource the law that gives these steps, where the policy names none
     */
    @Stored("request.complaint-answered")
    record ComplaintAnswered(
            UUID requestId,
            String reference,
            Right right,
            String language,
            @Nullable SealedField contact,
            SealedField replyTo,
            @Nullable UUID complaintId,
            boolean upheld,
            boolean reopened,
            SealedField answer,
            List<String> complaint,
            @Nullable String complaintSource,
            String rule)
            implements RequestEvent {}

    /** What was over is decided anew, because of a complaint. */
    @Stored("request.reopened")
    record RequestReopened(UUID requestId, UUID complaintId) implements RequestEvent {}

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
            COMPLAINTS,
            NOTES
        }
    }

    /**
     * What the person says to the use of their data is to stand. That it does is a fact of its own, which follows at once.
     *
     * @param interim whether it stands only until a person has decided
     */
    @Stored("request.standing-ordered")
    record StandingOrdered(UUID requestId, Standings standings, boolean interim, String rule) implements RequestEvent {}

    /**
     * It stands, for every identifier that was named.
     *
     * @param facts their ids; none where nothing was to stand
     * @param named sealed under the CASE key: by what the person is known, where nothing had to be proved
     */
    @Stored("request.standing-recorded")
    record StandingRecorded(
            UUID requestId, List<UUID> facts, @Nullable SealedField named) implements RequestEvent {}

    /**
     * The person is to say once more that it is meant.
     *
     * @param right absent for an erasure
     */
    @Stored("request.confirmation-asked")
    record ConfirmationAsked(
            UUID requestId,
            String reference,
            String language,
            SealedField contact,
            Deadline clock,
            String rule,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Right right)
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
     * @param exclusions what the policy does not cover; absent where that is nothing
     * @param telling which recipients are told; absent where the profile does not say
     * @param withheld what a person decided to keep back; absent where nothing is
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

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<Exclusion> exclusions,

            String rule,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Telling telling,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<Withholding> withheld)
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

    /**
     * The day came until which records were kept in one store: what nothing keeps any longer is gone, and was looked for again. Happens after
     * the answer, and mostly after the end.
     *
     * @param taskId of the erasure that kept them
     * @param until the day as the outcome of that task named it
     * @param doneAt legal time of the second look
     * @param next the day on which what something keeps longer is looked at again; absent where nothing is kept longer
     */
    @Stored("request.follow-up-recorded")
    record FollowUpRecorded(
            UUID requestId,
            UUID taskId,
            String store,
            LocalDate until,
            List<FollowedUpCollection> collections,
            Instant doneAt,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            LocalDate next)
            implements RequestEvent {}

    /**
     * @param contact where identity was proved
     * @param replyTo where nothing had to be proved
     * @param standings what stands by it, for rights that make something stand
     * @param byHand sealed under the CASE key: what a person states that was done, where no machine did it
     */
    @Stored("request.answered")
    record RequestAnswered(
            UUID requestId,
            String reference,
            Right right,
            String profile,
            String jurisdiction,
            String language,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            SealedField contact,

            List<TaskOutcome> outcomes,
            @Nullable Instant packageUntil,
            List<String> complaint,
            String rule,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            SealedField replyTo,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Standings standings,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            SealedField byHand)
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

    /**
     * It was a question, or something else that no right is asked for with; nobody was refused anything.
     *
     * @param note sealed under the CASE key: for those who look at the case later
     * @param complaintSource the law that gives the steps of complaint, where the policy names none
     * @param rule the right that it was filed under
     */
    @Stored("request.no-request")
    record NoRequestFound(
            UUID requestId,
            String reference,
            Right right,
            String language,
            @Nullable SealedField contact,
            SealedField replyTo,
            @Nullable SealedField note,
            List<String> complaint,
            @Nullable String complaintSource,
            String rule)
            implements RequestEvent {}

    @Stored("request.withdrawn")
    record RequestWithdrawn(UUID requestId, String reference, String language) implements RequestEvent {}

    @Stored("request.lapsed")
    record RequestLapsed(UUID requestId, String reference, String language, String rule) implements RequestEvent {}

    @Stored("request.closed")
    record RequestClosed(UUID requestId) implements RequestEvent {}

    /**
     * The request has ended. What is sealed under its key is kept until then, and destroyed after it. Happens again where something is still
     * to be erased for which the key is needed; the last word counts.
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
