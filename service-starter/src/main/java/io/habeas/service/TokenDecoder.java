// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.text.ParseException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** Reads the issuer of a token, which proves nothing yet, and has the keys of exactly that issuer check it. */
final class TokenDecoder implements JwtDecoder {

    private final Map<String, JwtDecoder> byIssuer = new HashMap<>();

    TokenDecoder(AccessProperties properties, LegalClock clock) {
        var requester = properties.requester();
        if (requester != null) {
            byIssuer.put(RequesterTokens.ISSUER, requesterDecoder(KeyFiles.ecKey(requester.publicKeyFile()), clock));
        }
        for (var issuer : properties.issuers()) {
            byIssuer.put(issuer.issuer(), oidcDecoder(issuer));
        }
    }

    @Override
    public Jwt decode(String token) {
        var decoder = byIssuer.get(issuerOf(token));
        if (decoder == null) {
            throw new BadJwtException("the issuer of the token is not believed here");
        }
        return decoder.decode(token);
    }

    private static String issuerOf(String token) {
        try {
            var issuer = JWTParser.parse(token).getJWTClaimsSet().getIssuer();
            return issuer == null ? "" : issuer;
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

    private static JwtDecoder oidcDecoder(AccessProperties.Issuer issuer) {
        var decoder = NimbusJwtDecoder.withJwkSetUri(issuer.jwkSetUri().toString())
                .jwsAlgorithm(SignatureAlgorithm.ES256)
                .jwsAlgorithm(SignatureAlgorithm.RS256)
                .build();
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                new JwtTimestampValidator(),
                new JwtIssuerValidator(issuer.issuer()),
                token -> verdict(
                        token.getAudience() != null && token.getAudience().contains(issuer.audience()), "aud"),
                token -> verdict(issuer.kinds().contains(Caller.kindOf(token)), "roles")));
        return decoder;
    }

    private static OAuth2TokenValidatorResult verdict(boolean accepted, String claim) {
        return accepted
                ? OAuth2TokenValidatorResult.success()
                : OAuth2TokenValidatorResult.failure(
                        new OAuth2Error("invalid_token", "the claim " + claim + " is not accepted here", null));
    }
}
