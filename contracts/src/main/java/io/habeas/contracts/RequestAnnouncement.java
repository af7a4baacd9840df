// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the request-service tells the others, on the topic {@value #TOPIC}. Every other service acts on this family alone. */
public sealed interface RequestAnnouncement extends Announcement {

    String TOPIC = "habeas.request.v1";

    /**
     * A request was accepted; verification opens a case, notification confirms receipt.
     *
     * @param reference for letters and telephone, {@code HB-XXXX-XXXX}
     * @param profile {@code id@version}
     * @param claims sealed under the IDENTITY key: {@link Sealed.Claims}
     * @param replyTo sealed under the CASE key: {@link Sealed.Contact}, as the requester gave it, not proved
     * @param receivedAt legal time of receipt
     * @param proofLevel NONE where nothing has to be proved; then the method counts for nothing
     * @param respondBy when the first answer is due; absent where that time begins with the proof
     * @param identityBy until when identity must be proved; absent where nothing has to be
     * @param otherMethod that proves identity as well; absent where there is none, and in what was announced before there was any
     */
    @Announced(type = "request.received")
    record Received(
            UUID requestId,
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
            @Nullable Instant respondBy,
            @Nullable Instant identityBy,
            @Nullable ProofMethod otherMethod)
            implements RequestAnnouncement {}

    /**
     * A code is to be sent to the contact on file.
     *
     * @param challenge sealed under the IDENTITY key, after the decision under the CASE key: {@link Sealed.Challenge}
     */
    @Announced(type = "request.identity-asked")
    record IdentityAsked(
            UUID requestId, String reference, Right right, String language, SealedField challenge, Instant expiresAt)
            implements RequestAnnouncement {}

    /**
     * The person is to send a written statement; nothing goes on before.
     *
     * @param replyTo sealed under the CASE key: {@link Sealed.Contact}, as the requester gave it
     * @param until when the request lapses without it
     */
    @Announced(type = "request.statement-asked")
    record StatementAsked(
            UUID requestId,
            String reference,
            Right right,
            String language,
            SealedField replyTo,
            Instant until,
            String rule)
            implements RequestAnnouncement {}

    /**
     * The person is to confirm before anything is erased.
     *
     * @param contact sealed under the CASE key: {@link Sealed.Contact}, proved
     * @param until when the request lapses without an answer
     * @param right absent for an erasure
     */
    @Announced(type = "request.confirmation-asked")
    record ConfirmationAsked(
            UUID requestId,
            String reference,
            String language,
            SealedField contact,
            Instant until,
            String rule,
            @Nullable Right right)
            implements RequestAnnouncement {

        public ConfirmationAsked(
                UUID requestId, String reference, String language, SealedField contact, Instant until, String rule) {
            this(requestId, reference, language, contact, until, rule, null);
        }
    }

    /**
     * The decision was made, and nothing is destroyed before the hold window ends. Every address that is known is told, since
     * whoever asked may not be the person.
     *
     * @param contact sealed under the CASE key: {@link Sealed.Contact}, proved
     * @param replyTo sealed under the CASE key: {@link Sealed.Contact}, as the requester gave it
     * @param until the last moment at which the request can be taken back for sure
     */
    @Announced(type = "request.hold-started")
    record HoldStarted(
            UUID requestId,
            String reference,
            Right right,
            String language,
            SealedField contact,
            SealedField replyTo,
            Instant until,
            String rule)
            implements RequestAnnouncement {}

    /**
     * Fulfillment may begin; where the profile asks for a hold window, it is over.
     *
     * @param proved sealed under the CASE key: {@link Sealed.Proved}; nothing else may be followed. Where the profile asks for no proof, what
     *     the requester named: it is told to recipients, and never looked for
     * @param collectedSince for the look-back of access and portability; older dated items are left out
     * @param exclusions what of the person's data the policy does not cover for this right; absent where there is none, and in what was
     *     announced before there were any
     * @param rule the leaf of the profile that allowed it
     * @param telling which recipients are told; absent where the profile does not say
     * @param withheld what a person decided to keep back; absent where nothing is
     */
    @Announced(type = "request.approved")
    record Approved(
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
            @Nullable List<Exclusion> exclusions,
            String rule,
            @Nullable Telling telling,
            @Nullable List<Withheld> withheld)
            implements RequestAnnouncement {

        public Approved(
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
                @Nullable List<Exclusion> exclusions,
                String rule) {
            this(
                    requestId,
                    approvalId,
                    reference,
                    profile,
                    jurisdiction,
                    right,
                    scope,
                    language,
                    keys,
                    proved,
                    receivedAt,
                    collectedSince,
                    keepGrounds,
                    exclusions,
                    rule,
                    null,
                    null);
        }
    }

    /**
     * Everything required was done, and the person is to be told what, and what not, and why.
     *
     * @param contact sealed under the CASE key: {@link Sealed.Contact}, proved; absent where nothing had to be
     * @param outcomes what was done in each store, and what recipients said
     * @param packageUntil until when the package can be fetched, for rights that give one
     * @param complaint the next steps of complaint, in order
     * @param replyTo sealed under the CASE key: {@link Sealed.Contact}, as the requester gave it; there where {@code contact} is not
     * @param standings what stands by it, for rights that make something stand
     * @param byHand sealed under the CASE key: {@link Sealed.ByHand}, where a person of the controller carried it out and states so
     */
    @Announced(type = "request.answered")
    record Answered(
            UUID requestId,
            String reference,
            Right right,
            String profile,
            String jurisdiction,
            String language,
            @Nullable SealedField contact,
            List<TaskOutcome> outcomes,
            @Nullable Instant packageUntil,
            List<String> complaint,
            String rule,
            @Nullable SealedField replyTo,
            @Nullable Standings standings,
            @Nullable SealedField byHand)
            implements RequestAnnouncement {

        public Answered(
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
                String rule) {
            this(
                    requestId,
                    reference,
                    right,
                    profile,
                    jurisdiction,
                    language,
                    contact,
                    outcomes,
                    packageUntil,
                    complaint,
                    rule,
                    null,
                    null,
                    null);
        }
    }

    /**
     * Identity was not proved in time; nothing was contacted.
     *
     * @param replyTo sealed under the CASE key: {@link Sealed.Contact}, as the requester gave it
     */
    @Announced(type = "request.not-verified")
    record NotVerified(
            UUID requestId,
            String reference,
            Right right,
            String language,
            SealedField replyTo,
            List<String> complaint,
            String rule)
            implements RequestAnnouncement {}

    /**
     * A person decided against it, as a whole. The letter names the ground where it may be told, and always the next step of complaint.
     *
     * @param contact sealed under the CASE key: {@link Sealed.Contact}, proved; absent where identity was not proved
     * @param replyTo sealed under the CASE key: {@link Sealed.Contact}, as the requester gave it
     * @param ground as the policy calls it; absent where it is itself secret
     * @param answerOwed whether the policy owes an answer at all; the letter goes out in any case
     * @param complaint the next steps of complaint, in order
     * @param complaintSource the law that gives these steps, where the policy names none
     * @param againFrom the day from which it is possible again, where that is the ground
     */
    @Announced(type = "request.refused")
    record Refused(
            UUID requestId,
            String reference,
            Right right,
            String profile,
            String jurisdiction,
            String language,
            @Nullable SealedField contact,
            SealedField replyTo,
            @Nullable String ground,
            boolean answerOwed,
            List<String> complaint,
            @Nullable String complaintSource,
            String rule,
            @Nullable LocalDate againFrom)
            implements RequestAnnouncement {}

    /**
     * The request is not clear enough to be worked on; it waits for the person.
     *
     * @param contact sealed under the CASE key: {@link Sealed.Contact}, proved; absent where identity was not proved
     * @param replyTo sealed under the CASE key: {@link Sealed.Contact}, as the requester gave it
     * @param missing sealed under the CASE key: {@link Sealed.Note}, what the person is asked for
     * @param until when the request ends without an answer
     */
    @Announced(type = "request.details-asked")
    record DetailsAsked(
            UUID requestId,
            String reference,
            Right right,
            String language,
            @Nullable SealedField contact,
            SealedField replyTo,
            SealedField missing,
            Instant until,
            String rule)
            implements RequestAnnouncement {}

    /**
     * The answer comes later than first said: once, and within the bound of the policy.
     *
     * @param contact sealed under the CASE key: {@link Sealed.Contact}, proved; absent where identity was not proved
     * @param replyTo sealed under the CASE key: {@link Sealed.Contact}, as the requester gave it
     * @param reason sealed under the CASE key: {@link Sealed.Note}
     * @param firstDueAt when the answer was due
     * @param dueAt when it is due now
     */
    @Announced(type = "request.extended")
    record Extended(
            UUID requestId,
            String reference,
            Right right,
            String language,
            @Nullable SealedField contact,
            SealedField replyTo,
            SealedField reason,
            Instant firstDueAt,
            Instant dueAt,
            String rule)
            implements RequestAnnouncement {}

    /**
     * The request may cost something; it waits for the person.
     *
     * @param contact sealed under the CASE key: {@link Sealed.Contact}, proved; absent where identity was not proved
     * @param replyTo sealed under the CASE key: {@link Sealed.Contact}, as the requester gave it
     * @param ground as the policy calls it
     * @param amount an estimate, with its decimals behind a point
     * @param currency by ISO 4217
     * @param reason sealed under the CASE key: {@link Sealed.Note}
     * @param until when the request lapses without an answer
     */
    @Announced(type = "request.fee-quoted")
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
            Instant until,
            String rule)
            implements RequestAnnouncement {}

    /**
     * A complaint was answered: one about a request, or one that came as a request of its own.
     *
     * @param contact sealed under the CASE key: {@link Sealed.Contact}, proved; absent where identity was not proved
     * @param replyTo sealed under the CASE key: {@link Sealed.Contact}, as the requester gave it
     * @param upheld whether the person was right
     * @param reopened whether the request is looked at again
     * @param answer sealed under the CASE key: {@link Sealed.Note}
     * @param complaint the next steps of complaint, in order
     * @param complaintSource the law that gives these steps, where the policy names none
     */
    @Announced(type = "request.complaint-answered")
    record ComplaintAnswered(
            UUID requestId,
            String reference,
            Right right,
            String language,
            @Nullable SealedField contact,
            SealedField replyTo,
            boolean upheld,
            boolean reopened,
            SealedField answer,
            List<String> complaint,
            @Nullable String complaintSource,
            String rule)
            implements RequestAnnouncement {}

    /**
     * What came in was a question and no request; it is closed as such, and nobody was refused anything.
     *
     * @param contact sealed under the CASE key: {@link Sealed.Contact}, proved; absent where identity was not proved
     * @param replyTo sealed under the CASE key: {@link Sealed.Contact}, as the requester gave it
     * @param complaint the next steps of complaint, in order
     * @param complaintSource the law that gives these steps, where the policy names none
     */
    @Announced(type = "request.no-request")
    record NoRequest(
            UUID requestId,
            String reference,
            Right right,
            String language,
            @Nullable SealedField contact,
            SealedField replyTo,
            List<String> complaint,
            @Nullable String complaintSource,
            String rule)
            implements RequestAnnouncement {}

    /** The person took the request back before anything was erased. */
    @Announced(type = "request.withdrawn")
    record Withdrawn(UUID requestId, String reference, String language) implements RequestAnnouncement {}

    /** Nobody answered in time, and nothing was done. */
    @Announced(type = "request.lapsed")
    record Lapsed(UUID requestId, String reference, String language, String rule) implements RequestAnnouncement {}

    /** The file is closed; only follow-ups remain. */
    @Announced(type = "request.closed")
    record Closed(UUID requestId) implements RequestAnnouncement {}

    /**
     * What a person said about a use of their data holds from now on, whether or not a request goes with it. It is about one identifier.
     *
     * @param requestId the fact's own id; it is no request
     * @param use a purpose of the profile, {@code SALE}, or {@code ALL}
     * @param channel the one way of contact that is meant; absent for all
     * @param identifier sealed under the STANDING key of this fact: {@link Identifier}
     * @param since legal time
     * @param askAgainFrom when the person may be asked to take it back; absent where nothing is said
     * @param neverAskAgain whether the person may never be asked
     * @param rule the leaf of the profile that gives it its effect
     */
    @Announced(type = "request.standing-set")
    record StandingSet(
            UUID requestId,
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
            String rule)
            implements RequestAnnouncement {}

    /**
     * It holds no more: the person has said something else, and that is a fact of its own; or the request by which it stood was taken back, or
     * decided against.
     *
     * @param requestId the id of the fact that ends
     * @param endedBy the id of the fact that holds in its place; absent where none does
     */
    @Announced(type = "request.standing-ended")
    record StandingEnded(UUID requestId, @Nullable UUID endedBy, Instant at) implements RequestAnnouncement {}

    /** Something happened that is nobody else's business; keeps the sequence dense. */
    @Announced(type = "request.noted")
    record Noted(UUID requestId) implements RequestAnnouncement {}
}
