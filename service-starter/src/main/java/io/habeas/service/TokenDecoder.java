// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.ImmutableSecret;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.MalformedURLException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** Reads the issuer of a token, which proves nothing yet, and has the keys of exactly that issuer check it. */
final class TokenDecoder implements JwtDecoder {

    private static final long PATIENCE_MILLIS = 5_000;

    private final Map<String, JwtDecoder> byIssuer = new HashMap<>();
    private final @Nullable Revocations revocations;

    /** @param revocations null where nobody keeps a list */
    TokenDecoder(AccessProperties properties, LegalClock clock, @Nullable Revocations revocations) {
        this.revocations = revocations;
        var requester = properties.requester();
        if (requester != null) {
            byIssuer.put(RequesterTokens.ISSUER, requesterDecoder(KeyFiles.ecKey(requester.publicKeyFile()), clock));
            var secret = requester.unprovedSecretFile();
            if (secret != null) {
                byIssuer.put(RequesterTokens.UNPROVED_ISSUER, unprovedDecoder(KeyFiles.sharedSecret(secret), clock));
            }
        }
        for (var issuer : properties.issuers()) {
            if (issuer.account() != null) {
                // who has an account with a controller is nobody here
                continue;
            }
            byIssuer.put(issuer.issuer(), oidcDecoder(issuer, properties.keysYoung()));
        }
    }

    @Override
    public Jwt decode(String token) {
        var claims = claimsOf(token);
        var decoder = byIssuer.get(claims.getIssuer() == null ? "" : claims.getIssuer());
        if (decoder == null) {
            throw new BadJwtException("the issuer of the token is not believed here");
        }
        var checked = checked(decoder, token);
        requireNotRevoked(checked, claims);
        return checked;
    }

    private static Jwt checked(JwtDecoder decoder, String token) {
        try {
            return decoder.decode(token);
        } catch (BadJwtException bad) {
            throw bad;
        } catch (JwtException away) {
            throw new NotCheckableException("the keys of the issuer can not be had", away);
        }
    }

    /** Services are not on the list: their tokens are short, and the list is fetched with them. */
    private void requireNotRevoked(Jwt token, JWTClaimsSet claims) {
        if (revocations == null) {
            return;
        }
        var caller = Caller.of(token);
        if (caller.kind() == Caller.Kind.SERVICE) {
            return;
        }
        // as the token itself says: Spring makes one up where there is none
        var issuedAt = claims.getIssueTime();
        revocations.require(
                caller.kind(), caller.subject(), caller.controllers(), issuedAt == null ? null : issuedAt.toInstant());
    }

    static JWTClaimsSet claimsOf(String token) {
        try {
            var claims = JWTParser.parse(token).getJWTClaimsSet();
            if (claims == null) {
                throw new BadJwtException("the token has no claims");
            }
            return claims;
        } catch (ParseException unreadable) {
            throw new BadJwtException("the token is not a JWT");
        }
    }

    private static JwtDecoder requesterDecoder(ECKey key, LegalClock clock) {
        var processor = new DefaultJWTProcessor<SecurityContext>();
        try {
            processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                    JWSAlgorithm.ES256,
                    new ImmutableJWKSet<>(new JWKSet(new ECKey.Builder(key.getCurve(), key.toECPublicKey())
                            .keyID(key.getKeyID())
                            .build()))));
        } catch (JOSEException unusable) {
            throw new IllegalStateException("the public key of requester tokens is unusable", unusable);
        }
        return onLegalTime(processor, clock);
    }

    /** HS256 and nothing else; {@link Caller} takes no proof from it. */
    private static JwtDecoder unprovedDecoder(byte[] secret, LegalClock clock) {
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSKeySelector(
                new JWSVerificationKeySelector<>(JWSAlgorithm.HS256, new ImmutableSecret<>(secret)));
        return onLegalTime(processor, clock);
    }

    private static JwtDecoder onLegalTime(DefaultJWTProcessor<SecurityContext> processor, LegalClock clock) {
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        var decoder = new NimbusJwtDecoder(processor);
        var legal = new JwtTimestampValidator();
        legal.setClock(new Clock() {
            @Override
            public java.time.ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public java.time.Instant instant() {
                return clock.instant();
            }
        });
        decoder.setJwtValidator(legal);
        return decoder;
    }

    /**
     * Checks the signature and nothing else. Keys are kept for less than a minute, so that one that was withdrawn stops working; without
     * fresh ones nothing is believed.
     */
    static NimbusJwtDecoder signatureDecoder(AccessProperties.Issuer issuer, Duration keysYoung) {
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                Set.of(JWSAlgorithm.ES256, JWSAlgorithm.RS256), keysOf(issuer, keysYoung)));
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        return new NimbusJwtDecoder(processor);
    }

    private static JwtDecoder oidcDecoder(AccessProperties.Issuer issuer, Duration keysYoung) {
        var decoder = signatureDecoder(issuer, keysYoung);
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                new JwtTimestampValidator(),
                new JwtIssuerValidator(issuer.issuer()),
                token -> verdict(
                        token.getAudience() != null && token.getAudience().contains(issuer.audience()), "aud"),
                token -> verdict(
                        issuer.kinds().contains(AccessProperties.IssuerKind.of(Caller.kindOf(token))), "roles")));
        return decoder;
    }

    private static JWKSource<SecurityContext> keysOf(AccessProperties.Issuer issuer, Duration keysYoung) {
        try {
            return JWKSourceBuilder.<SecurityContext>create(issuer.jwkSetUri().toURL())
                    .cache(Math.max(1, keysYoung.toMillis()), PATIENCE_MILLIS)
                    .refreshAheadCache(false)
                    .rateLimited(false)
                    .retrying(true)
                    .build();
        } catch (MalformedURLException | IllegalArgumentException wrong) {
            throw new IllegalStateException(
                    "habeas.access.issuers: jwk-set-uri of " + issuer.issuer() + " is not an address", wrong);
        }
    }

    private static OAuth2TokenValidatorResult verdict(boolean accepted, String claim) {
        return accepted
                ? OAuth2TokenValidatorResult.success()
                : OAuth2TokenValidatorResult.failure(
                        new OAuth2Error("invalid_token", "the claim " + claim + " is not accepted here", null));
    }
}
