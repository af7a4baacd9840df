// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.logins;

import io.habeas.service.AccountTokens;
import io.habeas.service.AccountTokens.Refused;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;

/**
 * Whether a token of a controller's account system is the login of somebody who is here now, for this request. The token carries the
 * request in its nonce, so that it is of no use for another; account systems live in real time, whatever legal time is.
 */
public final class Logins {

    /** As far as the clocks of two machines may be apart. */
    private static final Duration SKEW = Duration.ofSeconds(60);

    private final AccountTokens tokens;
    private final Duration oldest;
    private final InstantSource realTime;

    public Logins(AccountTokens tokens, LoginRules rules, InstantSource realTime) {
        this.tokens = tokens;
        this.oldest = rules.oldest();
        this.realTime = realTime;
    }

    /** Whether that controller has an account system that is believed here. */
    public boolean possibleAt(String controller) {
        return tokens.knows(controller);
    }

    /**
     * @throws Refused if it is none
     * @throws io.habeas.service.ProblemException UNAVAILABLE, if the account system does not answer for now
     */
    public Login of(String controller, UUID requestId, String token) {
        var checked = tokens.check(controller, token);
        if (!requestId.toString().equals(checked.nonce())) {
            throw new Refused("nonce");
        }
        var authenticatedAt = checked.authenticatedAt();
        if (authenticatedAt == null) {
            throw new Refused("auth-time");
        }
        var age = Duration.between(authenticatedAt, realTime.instant());
        if (age.compareTo(oldest) > 0 || age.compareTo(SKEW.negated()) < 0) {
            throw new Refused("auth-time");
        }
        return new Login(checked.account(), checked.verifiedEmail(), age.isNegative() ? Duration.ZERO : age);
    }
}
