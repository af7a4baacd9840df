// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.FulfillmentAnnouncement.FollowedUpCollection;
import io.habeas.contracts.FulfillmentAnnouncement.GivenBack;
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
     * @param declared where that says more than the part of the profile
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
            @Nullable Entry entry,
            @Nullable Declared declared)
            implements RequestCommand {

        public Receive(
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
                @Nullable Entry entry) {
            this(
                    requestId,
                    controller,
                    reference,
                    profile,
                    jurisdiction,
                    right,
                    scope,
                    capacity,
                    language,
                    keys,
                    claims,
                    replyTo,
                    receivedAt,
                    fingerprint,
                    asked,
                    entry,
                    null);
        }
    }

    record AskIdentity(UUID requestId, SealedField challenge, Instant expiresAt, int number)
            implements RequestCommand {}

    /**
     * What a command was made from, since it asks others before it is given. Where the request has become another meanwhile it is made anew.
     *
     * @param profile the version that the request was bound to
     * @param jurisdiction its part
     * @param proved whether it was proved who asks
     */
    record Seen(String profile, String jurisdiction, boolean proved) {}

    /**
     * Somebody of the controller found where the person really lives.
     *
     * @param roles of whoever corrects
     * @param profile the version that holds there
     * @param jurisdiction its part
     * @param declared where that says more than the part
     * @param reason sealed under the CASE key: why
     * @param earlier what else this person has asked for, where the new rules count
     * @param seen what it was made from; absent where nobody was asked
     */
    record BindAnew(
            UUID requestId,
            Set<Decider> roles,
            String profile,
            String jurisdiction,
            @Nullable Declared declared,
            SealedField reason,
            List<EarlierRequest> earlier,
            @Nullable Seen seen)
            implements RequestCommand {}

    /** What the proof says of the rules that hold. */
    sealed interface Version {

        /** The person is bound to no other than the request is. */
        record AsBound() implements Version {}

        /** An older one gives more, and the person keeps it. @param profile {@code id@version} @param jurisdiction its part */
        record Kept(String profile, String jurisdiction) implements Version {}

        /** The person said yes to one that does not give the right any more. @param rule its address */
        record NotGiven(String rule) implements Version {}
    }

    /**
     * @param earlier what else this person has asked for, where the profile counts
     * @param version what holds for whoever was proved to ask
     * @param seen what these were made from; absent where the request was not known
     */
    record AcceptProof(
            UUID requestId,
            ProofMethod method,
            ProofLevel level,
            SealedField proved,
            SealedField contact,
            boolean account,
            Instant provedAt,
            List<EarlierRequest> earlier,
            Version version,
            @Nullable Seen seen)
            implements RequestCommand {

        public AcceptProof(
                UUID requestId,
                ProofMethod method,
                ProofLevel level,
                SealedField proved,
                SealedField contact,
                boolean account,
                Instant provedAt) {
            this(requestId, method, level, proved, contact, account, provedAt, List.of(), new Version.AsBound(), null);
        }

        public AcceptProof after(List<EarlierRequest> others) {
            return new AcceptProof(requestId, method, level, proved, contact, account, provedAt, others, version, seen);
        }

        public AcceptProof of(Version holding) {
            return new AcceptProof(
                    requestId, method, level, proved, contact, account, provedAt, earlier, holding, seen);
        }

        public AcceptProof from(Seen request) {
            return new AcceptProof(
                    requestId, method, level, proved, contact, account, provedAt, earlier, version, request);
        }
    }

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
     * It was carried out by hand.
     *
     * @param roles of whoever decides
     * @param done sealed under the CASE key
     * @param fields how many fields were to be corrected
     * @param grounds on which single ones of them were not
     */
    record CarryOut(
            UUID requestId,
            Set<Decider> roles,
            SealedField done,
            int fields,
            List<String> grounds,
            @Nullable SealedField note)
            implements RequestCommand {}

    /**
     * @param roles of whoever decides
     * @param secret whether the ground is itself not to be told
     * @param earlier what else this person has asked for, where the profile counts
     */
    record Refuse(
            UUID requestId,
            Set<Decider> roles,
            String ground,
            boolean secret,
            @Nullable SealedField evidence,
            @Nullable SealedField note,
            List<EarlierRequest> earlier)
            implements RequestCommand {

        public Refuse(
                UUID requestId,
                Set<Decider> roles,
                String ground,
                boolean secret,
                @Nullable SealedField evidence,
                @Nullable SealedField note) {
            this(requestId, roles, ground, secret, evidence, note, List.of());
        }
    }

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

    /**
     * @param roles of whoever quotes
     * @param earlier what else this person has asked for, where the profile counts
     */
    record QuoteFee(
            UUID requestId,
            Set<Decider> roles,
            String ground,
            String amount,
            String currency,
            SealedField reason,
            List<EarlierRequest> earlier)
            implements RequestCommand {}

    /**
     * @param reason why the person asks again, where the fee is not accepted
     * @param fingerprint keyed hash of the answer
     */
    record AnswerFee(
            UUID requestId, boolean accepted, @Nullable SealedField reason, String fingerprint)
            implements RequestCommand {}

    record Complain(UUID requestId, UUID complaintId, SealedField text) implements RequestCommand {}

    /**
     * @param roles of whoever answers
     * @param reopened whether the request is to be looked at again
     */
    record AnswerComplaint(UUID requestId, Set<Decider> roles, boolean upheld, boolean reopened, SealedField answer)
            implements RequestCommand {}

    /** @param roles of whoever says so */
    record FindNoRequest(
            UUID requestId, Set<Decider> roles, @Nullable SealedField note) implements RequestCommand {}

    /**
     * What was ordered stands.
     *
     * @param facts their ids
     * @param named sealed under the CASE key: by what the person is known, where nothing had to be proved
     */
    record RecordStanding(
            UUID requestId, List<UUID> facts, @Nullable SealedField named) implements RequestCommand {}

    record RecordReading(UUID requestId, List<Part> parts) implements RequestCommand {}

    record RecordPlan(UUID requestId, UUID planId, String dataMap, List<PlannedTask> tasks) implements RequestCommand {}

    record RecordDelay(
            UUID requestId, @Nullable UUID taskId, @Nullable String store, String reason, boolean parked)
            implements RequestCommand {}

    /** Nothing can be planned of what was decided: it is decided anew. */
    record GiveBack(UUID requestId, GivenBack.Reason reason) implements RequestCommand {}

    record RecordOutcomes(UUID requestId, List<TaskOutcome> outcomes) implements RequestCommand {}

    /** What was kept until a day is gone, or a part of it is kept longer. */
    record RecordFollowUp(
            UUID requestId,
            UUID taskId,
            String store,
            LocalDate until,
            List<FollowedUpCollection> collections,
            Instant doneAt,
            @Nullable LocalDate next)
            implements RequestCommand {}

    /** The retention is over, and something is still to be erased for which the key is needed. */
    record ProlongRetention(UUID requestId) implements RequestCommand {}

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

    /**
     * Asked before a key is destroyed, since whoever asks may not have read yet what happened last: it changes nothing, and is refused while the key is
     * still needed.
     */
    record RequireKeySpent(UUID requestId, UUID key, KeyClass keyClass) implements RequestCommand {}

    record RecordKeyDestroyed(UUID requestId, UUID key, KeyClass keyClass) implements RequestCommand {}
}
