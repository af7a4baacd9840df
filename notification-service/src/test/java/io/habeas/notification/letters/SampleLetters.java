// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.letters;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Grade;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.RequestKeys;
import io.habeas.contracts.Right;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.SealedField;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.TaskOutcome.CollectionOutcome;
import io.habeas.contracts.TaskOutcome.Kept;
import io.habeas.contracts.TaskOutcome.Omitted;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One announcement of each kind, as they come. */
public final class SampleLetters {

    public static final UUID REQUEST = UUID.fromString("0197c3f0-0000-8000-8000-000000000001");
    public static final UUID TASK = UUID.fromString("0197c3f0-0000-7000-8000-000000000002");
    public static final UUID IDENTITY_KEY = UUID.fromString("0197c3f0-0000-7000-8000-000000000003");
    public static final UUID CASE_KEY = UUID.fromString("0197c3f0-0000-7000-8000-000000000004");
    public static final String REFERENCE = "HB-7K2M-Q9XA";
    private static final String RULE = "smallrig@2021-06#US-CA.rights.ERASURE";
    static final SealedField SEALED = new SealedField(CASE_KEY, "c2VhbGVk");

    private SampleLetters() {}

    static WrittenLetter write(LetterWriter writer, Letter kind, String language) {
        return switch (kind) {
            case RECEIVED -> writer.received("smallrig", received(language, SEALED));
            case CODE -> writer.code("smallrig", identityAsked(language, SEALED), "4821-9375");
            case STATEMENT -> writer.statement("smallrig", statementAsked(language, SEALED));
            case CONFIRM_ERASURE -> writer.confirmErasure("smallrig", confirmationAsked(language, SEALED));
            case HOLD -> writer.hold("smallrig", holdStarted(language, SEALED, SEALED));
            case ANSWERED -> writer.answered("smallrig", fullAnswer(language));
            case NOT_VERIFIED -> writer.notVerified("smallrig", notVerified(language, SEALED));
            case WITHDRAWN ->
                writer.withdrawn("smallrig", new RequestAnnouncement.Withdrawn(REQUEST, REFERENCE, language));
            case LAPSED ->
                writer.lapsed("smallrig", new RequestAnnouncement.Lapsed(REQUEST, REFERENCE, language, RULE));
            case REFUSED -> writer.refused("smallrig", refused(language, SEALED, "DISPROPORTIONATE_EFFORT", true));
            case DETAILS_ASKED ->
                writer.detailsAsked(
                        "smallrig",
                        detailsAsked(language, SEALED),
                        new Sealed.Note("Which of the two shops?\nAnd when?"));
            case EXTENDED ->
                writer.extended("smallrig", extended(language, SEALED), new Sealed.Note("An archive has to be read."));
            case NO_REQUEST -> writer.noRequest("smallrig", noRequest(language, SEALED));
            case FEE ->
                writer.fee("smallrig", fee(language, SEALED), new Sealed.Note("It is the ninth time this month."));
            case COMPLAINT_ANSWERED ->
                writer.complaintAnswered(
                        "smallrig", complaintAnswered(language, SEALED, true), new Sealed.Note("We had it wrong."));
        };
    }

    public static RequestAnnouncement.Received received(String language, SealedField replyTo) {
        return new RequestAnnouncement.Received(
                REQUEST,
                REFERENCE,
                "smallrig@2021-06",
                "US-CA",
                Right.ERASURE,
                null,
                Capacity.SUBJECT,
                language,
                ProofMethod.CONTACT_ON_FILE,
                ProofLevel.STANDARD,
                new RequestKeys(IDENTITY_KEY, CASE_KEY),
                SEALED,
                replyTo,
                Instant.parse("2026-11-22T03:00:00Z"),
                Instant.parse("2027-01-06T08:00:00Z"),
                Instant.parse("2026-12-22T08:00:00Z"),
                null);
    }

    public static RequestAnnouncement.IdentityAsked identityAsked(String language, SealedField challenge) {
        return new RequestAnnouncement.IdentityAsked(
                REQUEST, REFERENCE, Right.ERASURE, language, challenge, Instant.parse("2026-11-23T03:00:01Z"));
    }

    public static RequestAnnouncement.StatementAsked statementAsked(String language, SealedField replyTo) {
        return new RequestAnnouncement.StatementAsked(
                REQUEST,
                REFERENCE,
                Right.ACCESS,
                language,
                replyTo,
                Instant.parse("2026-12-06T08:00:00Z"),
                "smallrig@2021-06#CN.writtenRequest.asked");
    }

    public static RequestAnnouncement.ConfirmationAsked confirmationAsked(String language, SealedField contact) {
        return new RequestAnnouncement.ConfirmationAsked(
                REQUEST, REFERENCE, language, contact, Instant.parse("2026-12-06T08:00:00Z"), RULE);
    }

    public static RequestAnnouncement.HoldStarted holdStarted(
            String language, SealedField contact, SealedField replyTo) {
        return new RequestAnnouncement.HoldStarted(
                REQUEST,
                REFERENCE,
                Right.ERASURE,
                language,
                contact,
                replyTo,
                Instant.parse("2026-12-09T07:59:59Z"),
                RULE + ".hold.window");
    }

    public static RequestAnnouncement.NotVerified notVerified(String language, SealedField replyTo) {
        return new RequestAnnouncement.NotVerified(
                REQUEST,
                REFERENCE,
                Right.ACCESS,
                language,
                replyTo,
                List.of("CONTACT", "CALIFORNIA_PRIVACY_PROTECTION_AGENCY", "CALIFORNIA_ATTORNEY_GENERAL"),
                RULE);
    }

    /** @param ground none where it is secret */
    public static RequestAnnouncement.Refused refused(
            String language, SealedField contact, @Nullable String ground, boolean answerOwed) {
        return refused(language, contact, ground, answerOwed, null);
    }

    /** @param againFrom where it is a limit that is reached */
    static RequestAnnouncement.Refused refused(
            String language,
            SealedField contact,
            @Nullable String ground,
            boolean answerOwed,
            @Nullable LocalDate againFrom) {
        return new RequestAnnouncement.Refused(
                REQUEST,
                REFERENCE,
                Right.ACCESS,
                "smallrig@2021-06",
                "US-CA",
                language,
                contact,
                contact,
                ground,
                answerOwed,
                List.of("CONTACT", "COURT"),
                "PIPL art. 50 and 65",
                RULE,
                againFrom);
    }

    public static RequestAnnouncement.DetailsAsked detailsAsked(String language, SealedField sealed) {
        return new RequestAnnouncement.DetailsAsked(
                REQUEST,
                REFERENCE,
                Right.ACCESS,
                language,
                sealed,
                sealed,
                sealed,
                Instant.parse("2026-12-06T08:00:00Z"),
                RULE);
    }

    public static RequestAnnouncement.NoRequest noRequest(String language, SealedField sealed) {
        return new RequestAnnouncement.NoRequest(
                REQUEST,
                REFERENCE,
                Right.ACCESS,
                language,
                null,
                sealed,
                List.of("CONTACT", "COURT"),
                null,
                "smallrig@2021-06#US-CA.rights.ACCESS");
    }

    public static RequestAnnouncement.FeeQuoted fee(String language, SealedField sealed) {
        return new RequestAnnouncement.FeeQuoted(
                REQUEST,
                REFERENCE,
                Right.ACCESS,
                language,
                sealed,
                sealed,
                "REPETITIVE",
                "12.50",
                "USD",
                sealed,
                Instant.parse("2026-12-06T08:00:00Z"),
                "smallrig@2021-06#US-CA.fee");
    }

    /** @param upheld and then reopened */
    public static RequestAnnouncement.ComplaintAnswered complaintAnswered(
            String language, SealedField sealed, boolean upheld) {
        return new RequestAnnouncement.ComplaintAnswered(
                REQUEST,
                REFERENCE,
                Right.ACCESS,
                language,
                sealed,
                sealed,
                upheld,
                upheld,
                sealed,
                List.of("PERSON_IN_CHARGE", "COURT"),
                "PIPL art. 50 and 65",
                RULE);
    }

    public static RequestAnnouncement.Extended extended(String language, SealedField sealed) {
        return new RequestAnnouncement.Extended(
                REQUEST,
                REFERENCE,
                Right.ACCESS,
                language,
                sealed,
                sealed,
                sealed,
                Instant.parse("2027-01-06T08:00:00Z"),
                Instant.parse("2027-02-20T08:00:00Z"),
                RULE);
    }

    static RequestAnnouncement.Answered erasureAnswered(Grade grade) {
        return answered(Right.ERASURE, List.of(erased("shop", grade)), null);
    }

    static TaskOutcome erased(String store, Grade grade) {
        return new TaskOutcome(
                TASK,
                store,
                TaskOutcome.Kind.ERASE,
                grade,
                List.of(new CollectionOutcome("customers", List.of("A"), 3, 0, 3, 0, List.of(), List.of())));
    }

    static RequestAnnouncement.Answered answered(
            Right right, List<TaskOutcome> outcomes, @Nullable Instant packageUntil) {
        return answered(right, "en", SEALED, outcomes, packageUntil);
    }

    public static RequestAnnouncement.Answered answered(
            Right right,
            String language,
            SealedField contact,
            List<TaskOutcome> outcomes,
            @Nullable Instant packageUntil) {
        return new RequestAnnouncement.Answered(
                REQUEST,
                REFERENCE,
                right,
                "smallrig@2021-06",
                "US-CA",
                language,
                contact,
                outcomes,
                packageUntil,
                List.of("CONTACT", "NEGOTIATION", "CALIFORNIA_PRIVACY_PROTECTION_AGENCY", "COURT"),
                RULE);
    }

    /** Everything that can stand in an answer, in one. */
    private static RequestAnnouncement.Answered fullAnswer(String language) {
        var shop = new TaskOutcome(
                TASK,
                "shop",
                TaskOutcome.Kind.ERASE,
                Grade.VERIFIED,
                List.of(
                        new CollectionOutcome("customers", List.of("A", "B"), 1, 0, 1, 0, List.of(), List.of()),
                        new CollectionOutcome(
                                "orders",
                                List.of("D"),
                                4,
                                0,
                                1,
                                3,
                                List.of(
                                        new Kept("TRANSACTION_RECORDS", 2, LocalDate.of(2028, 3, 31)),
                                        new Kept("OPEN_ORDER", 1, null)),
                                List.of()),
                        new CollectionOutcome("tickets", List.of("B"), 0, 0, 0, 0, List.of(), List.of())));
        var reviews = new TaskOutcome(
                TASK,
                "reviews",
                TaskOutcome.Kind.ERASE,
                Grade.ATTESTED,
                List.of(new CollectionOutcome("reviews", List.of("F"), 2, 0, 0, 2, List.of(), List.of())));
        var mailer = new TaskOutcome(
                TASK,
                "mailer",
                TaskOutcome.Kind.ERASE,
                Grade.UNCONFIRMED,
                List.of(new CollectionOutcome("list", List.of(), 1, 0, 1, 0, List.of(), List.of())));
        var collected = new TaskOutcome(
                TASK,
                "shop",
                TaskOutcome.Kind.COLLECT,
                Grade.VERIFIED,
                List.of(new CollectionOutcome(
                        "orders",
                        List.of("D"),
                        9,
                        6,
                        0,
                        0,
                        List.of(),
                        List.of(
                                new Omitted("BEFORE_LOOK_BACK", 2, null),
                                new Omitted("NEVER_DISCLOSED", 1, null),
                                new Omitted("EMPLOYMENT", 3, "local human resources department")))));
        return answered(
                Right.ERASURE,
                language,
                SEALED,
                List.of(shop, reviews, mailer, collected),
                Instant.parse("2026-12-30T08:00:00Z"));
    }
}
