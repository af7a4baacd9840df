// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import io.habeas.contracts.ProofLevel;
import io.habeas.journal.EventJournal;
import io.habeas.request.lifecycle.KeyBindings;
import io.habeas.request.lifecycle.Requests;
import io.habeas.request.policy.Policies;
import io.habeas.request.standing.StandingAnswers;
import io.habeas.request.standing.StandingOrders;
import io.habeas.sealeddata.Hmac;
import io.habeas.sealeddata.KeyStore;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.AccessRules;
import io.habeas.service.LegalClock;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IntakeConfiguration.IntakeProperties.class)
class IntakeConfiguration {

    private static final String SECRET = "request-ids";

    /** @param home the directory with {@code secrets/request-ids}, at least 32 random bytes, the same in all copies for ever */
    @ConfigurationProperties("habeas")
    record IntakeProperties(Path home) {}

    @Bean
    IdempotencyKeys idempotencyKeys(IntakeProperties properties) {
        return new IdempotencyKeys(Hmac.ofSecret(properties.home(), SECRET));
    }

    /** Keys are made ahead for all that are known, so that the first request need not wait for them. */
    @Bean
    Intake intake(
            EventJournal journal,
            Requests requests,
            IdempotencyKeys idempotency,
            KeyStore keys,
            KeyBindings bindings,
            Sealer sealer,
            LegalClock clock,
            StandingOrders orders,
            Policies policies) {
        policies.known().forEach(keys::prepare);
        return new Intake(journal, requests, idempotency, keys, bindings, sealer, clock, orders);
    }

    @Bean
    BoundVersion boundVersion(Policies policies, StandingAnswers standing, Sealer sealer, LegalClock clock) {
        return new BoundVersion(policies, standing, sealer, clock);
    }

    @Bean
    Published published(Policies policies) {
        return new Published(policies);
    }

    @Bean
    AccessRules intakeAccess() {
        return new AccessRules()
                .anybody(HttpMethod.GET, "/api/v1/controllers/{c}/profile")
                .anybody(HttpMethod.GET, "/api/v1/controllers/{c}/profile/explanation")
                .anybody(HttpMethod.GET, "/api/v1/controllers/{c}/profile/versions")
                .anybody(HttpMethod.GET, "/api/v1/controllers/{c}/profile/versions/{version}")
                .anybody(HttpMethod.POST, "/api/v1/controllers/{c}/requests")
                .requester(HttpMethod.POST, "/api/v1/requests/{id}/confirmation", ProofLevel.STANDARD)
                .requester(HttpMethod.POST, "/api/v1/requests/{id}/statement", ProofLevel.NONE)
                .staff(HttpMethod.POST, "/api/v1/requests/{id}/statement-requests", "clerk", "reviewer")
                .requester(HttpMethod.POST, "/api/v1/requests/{id}/details", ProofLevel.NONE)
                .requester(HttpMethod.POST, "/api/v1/requests/{id}/fee-acceptance", ProofLevel.NONE)
                .requester(HttpMethod.POST, "/api/v1/requests/{id}/complaints", ProofLevel.NONE)
                .staff(HttpMethod.POST, "/api/v1/desk/requests", "clerk", "reviewer")
                .requesterOrStaff(
                        HttpMethod.POST,
                        "/api/v1/requests/{id}/withdrawal",
                        ProofLevel.NONE,
                        "clerk",
                        "reviewer",
                        "operator");
    }
}
