// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.Samples.CONFIRM_BY;
import static io.habeas.request.lifecycle.Samples.ID;
import static io.habeas.request.lifecycle.Samples.IDENTITY_BY;
import static io.habeas.request.lifecycle.Samples.KEYS;
import static io.habeas.request.lifecycle.Samples.PLAN;
import static io.habeas.request.lifecycle.Samples.PROVED_AT;
import static io.habeas.request.lifecycle.Samples.RECEIVED_AT;
import static io.habeas.request.lifecycle.Samples.RESPOND_BY;
import static io.habeas.request.lifecycle.Samples.SHOP;
import static io.habeas.request.lifecycle.Samples.sealed;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Exclusion;
import io.habeas.contracts.FulfillmentAnnouncement.FollowedUpCollection;
import io.habeas.contracts.FulfillmentAnnouncement.PlannedTask;
import io.habeas.contracts.Grade;
import io.habeas.contracts.KeyClass;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.Right;
import io.habeas.contracts.Scope;
import io.habeas.contracts.Standings;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.VerificationAnnouncement.Failed.Reason;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Favoured.Because;
import io.habeas.request.policy.Terms.Certainty;
import io.habeas.request.policy.Terms.Deadline;
import io.habeas.request.policy.language.StopReason;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** One of every fact that can be stored. */
public final class SampleEvents {

    private static final String REFERENCE = "HB-7K2M-Q9XA";
    private static final String PROFILE = "smallrig@2021-06";
    private static final String RULE = PROFILE + "#US-CA.rights.ERASURE.clocks.";
    private static final String CIIE = "ciie@2021-07#CN.clocks.respond";
    private static final String HOLD_RULE = PROFILE + "#US-CA.rights.ERASURE.hold.window";
    private static final TaskOutcome OUTCOME = new TaskOutcome(
            SHOP,
            "shop",
            TaskOutcome.Kind.ERASE,
            Grade.VERIFIED,
            List.of(new TaskOutcome.CollectionOutcome(
                    "orders",
                    List.of("B"),
                    9,
                    0,
                    6,
                    1,
                    List.of(new TaskOutcome.Kept("TRANSACTION_RECORDS", 2, LocalDate.parse("2028-01-31"))),
                    List.of(new TaskOutcome.Omitted("NEVER_DISCLOSED", 1, null)))));

    private SampleEvents() {}

    public static Stream<RequestEvent> all() {
        return Stream.of(
                new RequestEvent.RequestReceived(
                        ID,
                        "smallrig",
                        REFERENCE,
                        PROFILE,
                        "US-CA",
                        Right.ACCESS,
                        Scope.SPECIFIC_PIECES,
                        Capacity.SUBJECT,
                        "en",
                        ProofMethod.CONTACT_ON_FILE,
                        ProofLevel.STANDARD,
                        KEYS,
                        sealed(KEYS.identity(), "claims"),
                        sealed(KEYS.caseKey(), "replyTo"),
                        RECEIVED_AT,
                        "fingerprint",
                        List.of(
                                new Deadline(ClockKind.RESPOND, RECEIVED_AT, RESPOND_BY, RULE + "respond"),
                                new Deadline(ClockKind.IDENTITY, RECEIVED_AT, IDENTITY_BY, RULE + "identity")),
                        null,
                        null,
                        null,
                        null),
                new RequestEvent.RequestBoundAnew(
                        ID,
                        RequestEvent.RequestBoundAnew.Why.CORRECTED,
                        PROFILE,
                        "US-CA",
                        new Declared(List.of("US-CA", "JP"), Because.EARLIEST_ANSWER),
                        ProofLevel.STANDARD,
                        List.of(new Deadline(ClockKind.RESPOND, RECEIVED_AT, RESPOND_BY, RULE + "respond")),
                        List.of(new RequestEvent.RequestBoundAnew.Stood(
                                StopReason.PROOF_ASKED, RECEIVED_AT, PROVED_AT)),
                        sealed(KEYS.caseKey(), "reason"),
                        PROFILE + "#US-CA.rights.ERASURE"),
                new RequestEvent.IdentityAsked(
                        ID, REFERENCE, Right.ERASURE, "en", sealed(KEYS.identity(), "challenge"), PROVED_AT, 1),
                new RequestEvent.IdentityProved(
                        ID,
                        ProofMethod.CONTACT_ON_FILE,
                        ProofLevel.STANDARD,
                        sealed(KEYS.caseKey(), "proved"),
                        sealed(KEYS.caseKey(), "contact"),
                        true,
                        PROVED_AT),
                new RequestEvent.CountPassed(
                        ID,
                        RequestEvent.CountPassed.Count.LIMIT,
                        2,
                        1,
                        1,
                        java.time.LocalDate.parse("2027-03-01"),
                        PROFILE + "#US-CA.rights.ACCESS.limit.most"),
                new RequestEvent.ReviewAsked(
                        ID,
                        REFERENCE,
                        Right.PORTABILITY,
                        "en",
                        ReviewReason.RIGHT_NOT_CARRIED_OUT,
                        PROFILE + "#US-CA.rights.PORTABILITY"),
                new RequestEvent.StatementAsked(
                        ID,
                        REFERENCE,
                        Right.ACCESS,
                        "zh-CN",
                        sealed(KEYS.caseKey(), "replyTo"),
                        new Deadline(ClockKind.STATEMENT, PROVED_AT, CONFIRM_BY, "ciie@2021-07#CN.clocks.statement"),
                        "ciie@2021-07#CN.writtenRequest.asked"),
                new RequestEvent.StatementReceived(ID, sealed(KEYS.caseKey(), "statement"), true, "fingerprint"),
                new RequestEvent.ReviewOrdered(ID),
                new RequestEvent.RequestGranted(
                        ID,
                        List.of(new Withholding("COMMERCIAL_D", "SECURITY_RISK")),
                        sealed(KEYS.caseKey(), "note"),
                        PROFILE + "#US-CA.decidedBy"),
                new RequestEvent.RequestRefused(
                        ID,
                        REFERENCE,
                        Right.ACCESS,
                        PROFILE,
                        "US-CA",
                        "en",
                        sealed(KEYS.caseKey(), "contact"),
                        sealed(KEYS.caseKey(), "replyTo"),
                        "NOT_VERIFIABLE",
                        true,
                        true,
                        sealed(KEYS.caseKey(), "evidence"),
                        sealed(KEYS.caseKey(), "note"),
                        List.of("CONTACT"),
                        "Cal. Civ. Code 1798.199.45",
                        PROFILE + "#US-CA.refusalGrounds.NOT_VERIFIABLE",
                        null),
                new RequestEvent.DetailsAsked(
                        ID,
                        REFERENCE,
                        Right.ACCESS,
                        "en",
                        sealed(KEYS.caseKey(), "contact"),
                        sealed(KEYS.caseKey(), "replyTo"),
                        sealed(KEYS.caseKey(), "missing"),
                        new Deadline(ClockKind.DETAILS, PROVED_AT, CONFIRM_BY, PROFILE + "#US-CA.clocks.details"),
                        PROFILE + "#US-CA.clocks.details"),
                new RequestEvent.DetailsGiven(ID, sealed(KEYS.caseKey(), "details"), "fingerprint"),
                new RequestEvent.FeeQuoted(
                        ID,
                        REFERENCE,
                        Right.ACCESS,
                        "en",
                        sealed(KEYS.caseKey(), "contact"),
                        sealed(KEYS.caseKey(), "replyTo"),
                        "REPETITIVE",
                        "12.50",
                        "USD",
                        sealed(KEYS.caseKey(), "reason"),
                        new Deadline(ClockKind.FEE, PROVED_AT, CONFIRM_BY, PROFILE + "#US-CA.clocks.fee"),
                        PROFILE + "#US-CA.fee"),
                new RequestEvent.FeeAccepted(ID, "fingerprint"),
                new RequestEvent.FeeDeclined(ID, sealed(KEYS.caseKey(), "details"), "fingerprint"),
                new RequestEvent.RequestExtended(
                        ID,
                        REFERENCE,
                        Right.ACCESS,
                        "en",
                        sealed(KEYS.caseKey(), "contact"),
                        sealed(KEYS.caseKey(), "replyTo"),
                        sealed(KEYS.caseKey(), "reason"),
                        RESPOND_BY,
                        new Deadline(ClockKind.RESPOND, RECEIVED_AT, CONFIRM_BY, RULE + "respond"),
                        RULE + "respond.extension"),
                new RequestEvent.ComplaintReceived(
                        ID,
                        new UUID(3, 1),
                        sealed(KEYS.caseKey(), "complaint"),
                        new Deadline(ClockKind.COMPLAINT, PROVED_AT, CONFIRM_BY, "cic@2023-01#CN.complaint.respond"),
                        "cic@2023-01#CN.complaint.respond"),
                new RequestEvent.ComplaintAnswered(
                        ID,
                        REFERENCE,
                        Right.ACCESS,
                        "en",
                        sealed(KEYS.caseKey(), "contact"),
                        sealed(KEYS.caseKey(), "replyTo"),
                        new UUID(3, 1),
                        true,
                        true,
                        sealed(KEYS.caseKey(), "answer"),
                        List.of("PERSON_IN_CHARGE", "COURT"),
                        "PIPL art. 50 and 65",
                        "cic@2023-01#CN.complaint.respond"),
                new RequestEvent.RequestReopened(ID, new UUID(3, 1)),
                new RequestEvent.FileRead(ID, List.of(RequestEvent.FileRead.Part.CLAIMS)),
                new RequestEvent.ConfirmationAsked(
                        ID,
                        REFERENCE,
                        "en",
                        sealed(KEYS.caseKey(), "contact"),
                        new Deadline(ClockKind.CONFIRMATION, PROVED_AT, CONFIRM_BY, RULE + "confirmation"),
                        PROFILE + "#US-CA.rights.ERASURE.confirmation",
                        null),
                new RequestEvent.Confirmed(ID, Delivery.ELECTRONIC),
                new RequestEvent.HoldStarted(
                        ID,
                        REFERENCE,
                        Right.ERASURE,
                        "en",
                        sealed(KEYS.caseKey(), "contact"),
                        sealed(KEYS.caseKey(), "replyTo"),
                        new Deadline(ClockKind.HOLD, Samples.ENDED_AT, Samples.HELD_UNTIL, HOLD_RULE),
                        HOLD_RULE),
                new RequestEvent.RequestApproved(
                        ID,
                        DerivedIds.of(ID, "approval"),
                        REFERENCE,
                        PROFILE,
                        "US-CA",
                        Right.ACCESS,
                        Scope.SPECIFIC_PIECES,
                        "en",
                        KEYS,
                        sealed(KEYS.caseKey(), "proved"),
                        RECEIVED_AT,
                        Instant.parse("2025-11-22T08:00:00Z"),
                        List.of("LEGAL_OBLIGATION", "TRANSACTION_RECORDS"),
                        List.of(new Exclusion(
                                "EMPLOYMENT",
                                "local human resources department",
                                PROFILE + "#US-CA.exclusions.EMPLOYMENT")),
                        PROFILE + "#US-CA.decidedBy",
                        null,
                        null),
                new RequestEvent.StandingOrdered(
                        ID,
                        new Standings(
                                List.of(
                                        new Standings.StandingUse(
                                                "MARKETING",
                                                "POST",
                                                RECEIVED_AT,
                                                PROFILE + "#US-CA.rights.OBJECTION.kinds.MARKETING"),
                                        new Standings.StandingUse(
                                                "SALE", null, RECEIVED_AT, PROFILE + "#US-CA.rights.OPT_OUT_OF_SALE")),
                                List.of(new Standings.Unchanged(
                                        "LEGAL_DUTY",
                                        Standings.Why.LEGAL_DUTY,
                                        "PIPL art. 13(1)(3)",
                                        "cic@2023-01#consents.LEGAL_DUTY.withdrawal"))),
                        true,
                        PROFILE + "#US-CA.rights.OPT_OUT_OF_SALE"),
                new RequestEvent.StandingRecorded(ID, List.of(SHOP), sealed(KEYS.caseKey(), "proved")),
                new RequestEvent.FulfillmentPlanned(
                        ID, PLAN, "smallrig/3", List.of(new PlannedTask(SHOP, "shop", TaskOutcome.Kind.ERASE, 9))),
                new RequestEvent.FulfillmentDelayed(ID, SHOP, "shop", "store-unreachable", false),
                new RequestEvent.OutcomesRecorded(ID, List.of(OUTCOME)),
                new RequestEvent.FollowUpRecorded(
                        ID,
                        SHOP,
                        "shop",
                        LocalDate.parse("2028-01-31"),
                        List.of(new FollowedUpCollection("orders", "TRANSACTION_RECORDS", 1, 2, 3)),
                        Samples.RETAINED_UNTIL,
                        LocalDate.parse("2029-01-31")),
                new RequestEvent.FulfillmentEnded(ID, PLAN, PROVED_AT),
                new RequestEvent.RequestAnswered(
                        ID,
                        REFERENCE,
                        Right.ERASURE,
                        PROFILE,
                        "US-CA",
                        "en",
                        sealed(KEYS.caseKey(), "contact"),
                        List.of(OUTCOME),
                        PROVED_AT,
                        List.of("CONTACT"),
                        RULE + "respond",
                        null,
                        null,
                        null),
                new RequestEvent.RequestCarriedOut(
                        ID,
                        sealed(KEYS.caseKey(), "done"),
                        List.of(new RequestEvent.RefusedField(
                                "MAKES_DATA_WRONG", PROFILE + "#US-CA.refusalGrounds.MAKES_DATA_WRONG")),
                        sealed(KEYS.caseKey(), "note"),
                        PROFILE + "#US-CA.decidedBy"),
                new RequestEvent.RequestNotVerified(
                        ID,
                        REFERENCE,
                        Right.ERASURE,
                        "en",
                        sealed(KEYS.caseKey(), "replyTo"),
                        List.of("CONTACT"),
                        Reason.EXPIRED,
                        RULE + "identity"),
                new RequestEvent.NoRequestFound(
                        ID,
                        REFERENCE,
                        Right.ACCESS,
                        "en",
                        null,
                        sealed(KEYS.caseKey(), "replyTo"),
                        sealed(KEYS.caseKey(), "note"),
                        List.of("CONTACT"),
                        null,
                        PROFILE + "#US-CA.rights.ACCESS"),
                new RequestEvent.RequestWithdrawn(ID, REFERENCE, "en"),
                new RequestEvent.RequestLapsed(ID, REFERENCE, "en", RULE + "confirmation"),
                new RequestEvent.RequestClosed(ID),
                new RequestEvent.RetentionStarted(
                        ID,
                        KEYS.caseKey(),
                        Samples.ENDED_AT,
                        Samples.RETAINED_UNTIL,
                        "smallrig@2021-06#retention.case"),
                new RequestEvent.LetterSent(ID, Letter.RECEIVED, "email"),
                new RequestEvent.LetterUndeliverable(ID, Letter.ANSWERED, "email", "no-such-mailbox"),
                new RequestEvent.ClockStarted(ID, new Deadline(ClockKind.RESPOND, PROVED_AT, RESPOND_BY, CIIE)),
                new RequestEvent.ClockStopped(
                        ID, ClockKind.RESPOND, StopReason.PROOF_ASKED, RECEIVED_AT, CONFIRM_BY, CIIE),
                new RequestEvent.ClockResumed(
                        ID,
                        StopReason.PROOF_ASKED,
                        PROVED_AT,
                        new Deadline(
                                ClockKind.RESPOND,
                                RECEIVED_AT,
                                RESPOND_BY,
                                CIIE,
                                Certainty.PROVISIONAL,
                                List.of(CONFIRM_BY, IDENTITY_BY))),
                new RequestEvent.ClockReckoned(ID, new Deadline(ClockKind.RESPOND, RECEIVED_AT, RESPOND_BY, CIIE)),
                new RequestEvent.ClockWarned(ID, ClockKind.RESPOND, RESPOND_BY, CONFIRM_BY, IDENTITY_BY, CIIE),
                new RequestEvent.ClockRanOut(ID, ClockKind.RESPOND, RESPOND_BY, RULE + "respond"),
                new RequestEvent.KeyDestroyed(ID, KEYS.identity(), KeyClass.IDENTITY));
    }
}
