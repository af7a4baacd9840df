// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.issuer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for the system in which the customers of one sample controller have their accounts: it says that somebody has just logged in,
 * to whoever holds its key. Each controller has its own, under a name and with a key of its own.
 */
public final class AccountSystem {

    /** The client for which it makes ID tokens: whatever of the controller hands them on to Habeas. */
    public static final String AUDIENCE = "habeas";

    private static final Duration LIFE = Duration.ofMinutes(5);

    private final String controller;
    private final String issuer;
    private final ECKey key;
    private final Clock clock;

    /** @param root URL of the development issuer */
    public AccountSystem(String root, String controller, ECKey key, Clock clock) {
        this.controller = controller;
        this.issuer = issuerOf(root, controller);
        this.key = key;
        this.clock = clock;
    }

    public static String issuerOf(String root, String controller) {
        return root + pathOf(controller);
    }

    static String pathOf(String controller) {
        return "/accounts/" + controller;
    }

    /** Name of its key among the secrets. */
    public static String keyOf(String controller) {
        return "accounts-" + controller;
    }

    String path() {
        return pathOf(controller);
    }

    Map<String, Object> keys() {
        return new JWKSet(key.toPublicJWK()).toJSONObject();
    }

    /**
     * @param customer number of the account
     * @param requestId for which the person logs in
     * @param email that the account system has verified
     */
    public String login(String customer, String requestId, @Nullable String email) {
        var now = clock.instant();
        var claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject(customer)
                .audience(AUDIENCE)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFE)))
                .claim("auth_time", now.getEpochSecond())
                .claim("nonce", requestId);
        if (email != null) {
            claims.claim("email", email).claim("email_verified", true);
        }
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims.build());
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException failure) {
            throw new IllegalStateException("the key of the account system cannot sign", failure);
        }
        return token.serialize();
    }
}
