// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.logins;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** @param oldest how long ago somebody may have logged in for it to count as proof; whoever logged in earlier logs in again */
@ConfigurationProperties("habeas.verification.logins")
public record LoginRules(@DefaultValue("10m") Duration oldest) {

    private static final Duration LONGEST = Duration.ofHours(1);

    public LoginRules {
        if (!oldest.isPositive() || oldest.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "habeas.verification.logins.oldest must be longer than zero and at most 1h");
        }
    }
}
