// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import io.habeas.contracts.Identifier;
import io.habeas.service.AccessProperties.Account;
import io.habeas.service.AccessProperties.Issuer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;

/**
 * ID tokens by which the account system of a controller says who has logged in there. The controller is given, never read from the
 * token, so that no account system speaks for another controller. Such a token opens no door of this suite.
 */
public final class AccountTokens {

    private static final Duration A_MOMENT = Duration.ofSeconds(5);
    private static final int LONGEST_ACCOUNT = 200;

    /**
     * What a token says once its signature, issuer, audience and time hold. Whether it was made for the matter at hand, and lately
     * enough, is for whoever asks.
     *
     * @param account by what the controller knows the person
     * @param nonce what whoever asked for the token put into it
     * @param authenticatedAt when the person logged in, in real time
     * @param verifiedEmail an address that the account system has verified
     */
    public record AccountToken(
            Identifier account,
            @Nullable String nonce,
            @Nullable Instant authenticatedAt,
            @Nullable String verifiedEmail) {
        @Override
        public String toString() {
            return "AccountToken[]";
        }
    }

    /** The token is not believed. Nothing of what it says stands in here. */
    public static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final String reason;

        /** @param reason a slug, for the log alone */
        public Refused(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }

        public String reason() {
            return reason;
        }
    }

    private record AccountSystem(Issuer issuer, Account account, JwtDecoder decoder) {}

    private final Map<String, Map<String, AccountSystem>> byController = new HashMap<>();

    AccountTokens(AccessProperties properties) {
        for (var issuer : properties.issuers()) {
            var account = issuer.account();
            if (account != null) {
                byController
                        .computeIfAbsent(account.controller(), _ -> new HashMap<>())
                        .put(
                                issuer.issuer(),
                                new AccountSystem(issuer, account, decoder(issuer, properties.keysYoung())));
            }
        }
    }

    private static JwtDecoder decoder(Issuer issuer, Duration keysYoung) {
        var decoder = TokenDecoder.signatureDecoder(issuer, keysYoung);
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                new JwtTimestampValidator(), new JwtIssuerValidator(issuer.issuer())));
        return decoder;
    }

    /** Whether that controller has an account system that is believed here. */
    public boolean knows(String controller) {
        return byController.containsKey(controller);
    }

    /**
     * @throws Refused if it is not believed
     * @throws ProblemException UNAVAILABLE, if that can not be said for now
     */
    public AccountToken check(String controller, String token) {
        var systems = byController.get(controller);
        if (systems == null) {
            throw new Refused("no-account-system");
        }
        var system = Optional.ofNullable(issuerOf(token)).map(systems::get).orElseThrow(() -> new Refused("token"));
        var checked = decoded(system.decoder(), token);
        if (checked.getExpiresAt() == null) {
            throw new Refused("never-expires");
        }
        requireAudience(checked, system.issuer().audience());
        return new AccountToken(
                new Identifier(system.account().identifier(), accountOf(checked, system.account())),
                text(checked, "nonce"),
                instant(checked, "auth_time"),
                Boolean.TRUE.equals(checked.getClaims().get("email_verified")) ? text(checked, "email") : null);
    }

    /** Proves nothing yet: it only chooses among the account systems of this controller. */
    private static @Nullable String issuerOf(String token) {
        try {
            return TokenDecoder.claimsOf(token).getIssuer();
        } catch (BadJwtException unreadable) {
            throw new Refused("token");
        }
    }

    private static Jwt decoded(JwtDecoder decoder, String token) {
        try {
            return decoder.decode(token);
        } catch (BadJwtException bad) {
            throw new Refused("token");
        } catch (JwtException away) {
            throw new ProblemException(
                            Problem.UNAVAILABLE, "the account system of the controller does not answer for now")
                    .retryAfter(A_MOMENT);
        }
    }

    /** OpenID Connect Core 3.1.3.7: ours among the audiences, and made for us where there are several. */
    private static void requireAudience(Jwt token, String audience) {
        var audiences = token.getAudience();
        var party = text(token, "azp");
        if (audiences == null
                || !audiences.contains(audience)
                || audiences.size() > 1 && party == null
                || party != null && !party.equals(audience)) {
            throw new Refused("audience");
        }
    }

    private static String accountOf(Jwt token, Account account) {
        var named =
                switch (token.getClaims().get(account.claim())) {
                    case String text -> text.strip();
                    case Long number -> number.toString();
                    case Integer number -> number.toString();
                    case null, default -> "";
                };
        if (named.isEmpty() || named.length() > LONGEST_ACCOUNT) {
            throw new Refused("account");
        }
        return named;
    }

    private static @Nullable String text(Jwt token, String claim) {
        return token.getClaims().get(claim) instanceof String text ? text : null;
    }

    private static @Nullable Instant instant(Jwt token, String claim) {
        return token.getClaims().get(claim) instanceof Number seconds
                ? Instant.ofEpochSecond(seconds.longValue())
                : null;
    }
}
