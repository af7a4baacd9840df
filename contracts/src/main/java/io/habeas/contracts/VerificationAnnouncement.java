// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import java.time.Instant;
import java.util.UUID;

/** What the identity-verification-service tells the request-service, on the topic {@value #TOPIC}. */
public sealed interface VerificationAnnouncement extends Announcement {

    String TOPIC = "habeas.verification.v1";

    /**
     * A code was drawn for the contact on file.
     *
     * @param challenge sealed under the IDENTITY key, after the decision under the CASE key: {@link Sealed.Challenge}
     * @param number how many were drawn for this request, from 1
     */
    @Announced(type = "verification.challenge-issued")
    record ChallengeIssued(UUID requestId, SealedField challenge, Instant expiresAt, int number)
            implements VerificationAnnouncement {}

    /**
     * These identifiers were proved, at this level.
     *
     * @param proved sealed under the CASE key: {@link Sealed.Proved}
     * @param contact sealed under the CASE key: {@link Sealed.Contact}
     * @param account whether the person has an account with the controller
     */
    @Announced(type = "verification.passed")
    record Passed(
            UUID requestId,
            ProofMethod method,
            ProofLevel level,
            SealedField proved,
            SealedField contact,
            boolean account,
            Instant provedAt)
            implements VerificationAnnouncement {}

    /** Identity was not proved, and will not be. */
    @Announced(type = "verification.failed")
    record Failed(UUID requestId, Reason reason) implements VerificationAnnouncement {

        /** The order says nothing; outside, every reason looks the same. */
        public enum Reason {
            TRIES_EXHAUSTED,
            EXPIRED,
            REQUEST_ENDED
        }
    }

    /** Something happened that is nobody else's business; keeps the sequence dense. */
    @Announced(type = "verification.noted")
    record Noted(UUID requestId) implements VerificationAnnouncement {}
}
