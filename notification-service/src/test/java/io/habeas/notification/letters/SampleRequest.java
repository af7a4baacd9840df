// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.letters;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Grade;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.RequestKeys;
import io.habeas.contracts.Right;
import io.habeas.contracts.SealedField;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.TaskOutcome.CollectionOutcome;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** One request, and what is announced about it. */
public record SampleRequest(UUID id) {

    public static final String REFERENCE = "HB-7K2M-Q9XA";

    public RequestAnnouncement.Received received(String language, SealedField replyTo) {
        return new RequestAnnouncement.Received(
                id,
                REFERENCE,
                "smallrig@2021-06",
                "US-CA",
                Right.ERASURE,
                null,
                Capacity.SUBJECT,
                language,
                ProofMethod.CONTACT_ON_FILE,
                ProofLevel.STANDARD,
                new RequestKeys(replyTo.key(), replyTo.key()),
                replyTo,
                replyTo,
                Instant.parse("2026-11-22T03:00:00Z"),
                Instant.parse("2027-01-06T08:00:00Z"),
                Instant.parse("2026-12-22T08:00:00Z"),
                null);
    }

    public RequestAnnouncement.IdentityAsked identityAsked(SealedField challenge) {
        return new RequestAnnouncement.IdentityAsked(
                id, REFERENCE, Right.ERASURE, "en", challenge, Instant.parse("2026-11-23T03:00:01Z"));
    }

    public RequestAnnouncement.ConfirmationAsked confirmationAsked(SealedField contact) {
        return new RequestAnnouncement.ConfirmationAsked(
                id, REFERENCE, "en", contact, Instant.parse("2026-12-06T08:00:00Z"), "rule");
    }

    public RequestAnnouncement.DetailsAsked detailsAsked(
            SealedField contact, SealedField replyTo, SealedField missing) {
        return new RequestAnnouncement.DetailsAsked(
                id,
                REFERENCE,
                Right.ACCESS,
                "en",
                contact,
                replyTo,
                missing,
                Instant.parse("2026-12-06T08:00:00Z"),
                "rule");
    }

    public RequestAnnouncement.HoldStarted holdStarted(SealedField contact, SealedField replyTo) {
        return new RequestAnnouncement.HoldStarted(
                id, REFERENCE, Right.ERASURE, "en", contact, replyTo, Instant.parse("2026-12-09T07:59:59Z"), "rule");
    }

    public RequestAnnouncement.Answered answered(Right right, SealedField contact) {
        var gone = new CollectionOutcome("customers", List.of("A"), 1, 0, 1, 0, List.of(), List.of());
        return new RequestAnnouncement.Answered(
                id,
                REFERENCE,
                right,
                "smallrig@2021-06",
                "US-CA",
                "en",
                contact,
                List.of(new TaskOutcome(id, "shop", TaskOutcome.Kind.ERASE, Grade.VERIFIED, List.of(gone))),
                null,
                List.of("CONTACT"),
                "rule");
    }

    /** To the address as the requester gave it, where nothing had to be proved. */
    public RequestAnnouncement.Answered answeredUnproved(Right right, SealedField replyTo) {
        return new RequestAnnouncement.Answered(
                id,
                REFERENCE,
                right,
                "smallrig@2021-06",
                "US-CA",
                "en",
                null,
                List.of(),
                null,
                List.of("CONTACT"),
                "rule",
                replyTo,
                null,
                null);
    }
}
