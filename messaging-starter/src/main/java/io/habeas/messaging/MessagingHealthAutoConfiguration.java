// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.time.Duration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;

/**
 * Health of messaging. A broker that is away makes a service {@code DEGRADED} and not {@code DOWN}: it goes on accepting, and a
 * restart would help nobody.
 */
@AutoConfiguration(after = MessagingAutoConfiguration.class)
@ConditionalOnClass(HealthIndicator.class)
@ConditionalOnBean(MessagingAutoConfiguration.class)
class MessagingHealthAutoConfiguration {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Status DEGRADED = new Status("DEGRADED");

    @Bean
    HealthIndicator messagingHealthIndicator(Relay relay, ParkedMessages parked) {
        return () -> {
            var progress = relay.progress();
            var lag = progress.lag();
            long waiting = parked.count();
            boolean well = lag.compareTo(PATIENCE) < 0 && waiting == 0;
            var heldBy = progress.heldBy();
            return Health.status(well ? Status.UP : DEGRADED)
                    .withDetail("relay", progress.isLeading() ? "leading" : "standing by")
                    .withDetail("lagSeconds", lag.toSeconds())
                    .withDetail("heldBy", heldBy == null ? "nothing" : heldBy)
                    .withDetail("parked", waiting)
                    .build();
        };
    }
}
