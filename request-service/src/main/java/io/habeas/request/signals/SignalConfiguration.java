// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.signals;

import io.habeas.request.intake.IdempotencyKeys;
import io.habeas.request.intake.Published;
import io.habeas.request.standing.StandingFacts;
import io.habeas.service.AccessRules;
import io.habeas.service.LegalClock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;

@Configuration(proxyBeanMethods = false)
class SignalConfiguration {

    private static final String STANDING = "/api/v1/controllers/{c}/standing";

    @Bean
    Asked asked(Published published, LegalClock clock) {
        return new Asked(published, clock);
    }

    @Bean
    Saying saying(StandingFacts facts, IdempotencyKeys keys) {
        return new Saying(facts, keys);
    }

    /** Anybody may stop a use; only the controller's own systems and staff may ask, and say on a person's behalf that one is allowed. */
    @Bean
    AccessRules signalAccess() {
        var rules = new AccessRules().anybody(HttpMethod.POST, "/api/v1/controllers/{c}/signals");
        for (var path :
                new String[] {"/queries", "/prompts", "/consents", "/opt-ins", "/opt-ins/{optIn}/confirmation"}) {
            rules.staff(HttpMethod.POST, STANDING + path, "clerk", "reviewer", "integrator", AccessRules.SERVICE);
        }
        return rules;
    }
}
