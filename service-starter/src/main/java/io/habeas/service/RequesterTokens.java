// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.habeas.contracts.ProofLevel;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tokens for the one person who filed a request: signed, short, not stored. The subject is the request; proof level and time of
 * proof stand in it.
 */
public final class RequesterTokens {

    static final String ISSUER = "urn:habeas:requester";

    /** Of tokens for somebody who has proved nothing, under a secret that all services share. */
    static final String UNPROVED_ISSUER = "urn:habeas:requester:unproved";

    static final Set<String> ISSUERS = Set.of(ISSUER, UNPROVED_ISSUER);

    /** Longer than a request and its package live; what may be done with it depends on the proof, not on its age. */
    static final Duration LIFETIME = Duration.ofDays(180);

    private final Signing proved;
    private final Signing unproved;
    private final LegalClock clock;

    /** @param unprovedSecret absent where tokens without a proof are signed like the others */
    RequesterTokens(ECKey key, byte @Nullable [] unprovedSecret, LegalClock clock) {
        try {
            this.proved = new Signing(
                    ISSUER,
                    new JWSHeader.Builder(JWSAlgorithm.ES256)
                            .keyID(key.getKeyID())
                            .build(),
                    new ECDSASigner(key));
            this.unproved = unprovedSecret == null
                    ? proved
                    : new Signing(UNPROVED_ISSUER, new JWSHeader(JWSAlgorithm.HS256), new MACSigner(unprovedSecret));
        } catch (JOSEException unusable) {
            throw new IllegalStateException("the key for requester tokens can not sign", unusable);
        }
        this.clock = clock;
    }

    /** For somebody who has proved nothing yet. */
    public String issue(String controller, UUID requestId) {
        return issue(controller, requestId, ProofLevel.NONE, null);
    }

    /** @param provedAt legal time of the proof; absent for level NONE */
    public String issue(String controller, UUID requestId, ProofLevel level, @Nullable Instant provedAt) {
        var now = clock.instant();
        var signing = level == ProofLevel.NONE ? unproved : proved;
        var claims = new JWTClaimsSet.Builder()
                .issuer(signing.issuer())
                .subject(requestId.toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFETIME)))
                .claim("controllers", List.of(controller))
                .claim("proof_level", level.name());
        if (provedAt != null) {
            claims.claim("proof_at", provedAt.getEpochSecond());
        }
        return signing.token(claims.build());
    }

    private record Signing(String issuer, JWSHeader header, JWSSigner signer) {

        String token(JWTClaimsSet claims) {
            var token = new SignedJWT(header, claims);
            try {
                token.sign(signer);
            } catch (JOSEException unusable) {
                throw new IllegalStateException("the key for requester tokens can not sign", unusable);
            }
            return token.serialize();
        }
    }
}
