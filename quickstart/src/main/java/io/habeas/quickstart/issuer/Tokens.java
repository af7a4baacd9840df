// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.issuer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.UUID;

/** Signs tokens of staff and services. Their time is the machine's: moving legal time must not end them. */
public final class Tokens {

    public static final Duration LIFE = Duration.ofHours(1);

    private final ECKey key;
    private final String issuer;
    private final Clock clock;

    public Tokens(ECKey key, String issuer, Clock clock) {
        this.key = key;
        this.issuer = issuer;
        this.clock = clock;
    }

    public static String issuerAt(int port) {
        return "http://127.0.0.1:" + port;
    }

    /** @param subject opaque; it ends in events as the one who acted */
    public String sign(String subject, List<String> roles, List<String> controllers) {
        var now = clock.instant();
        var claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject(subject)
                .audience("habeas")
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFE)))
                .claim("roles", roles)
                .claim("controllers", controllers)
                .build();
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException failure) {
            throw new IllegalStateException("the issuer's key cannot sign", failure);
        }
        return token.serialize();
    }
}
