// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.request.calendars.Calendars;
import io.habeas.service.LegalClock;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PolicyConfiguration.PolicyProperties.class)
class PolicyConfiguration {

    /**
     * @param home the directory with {@code controllers/}, and {@code calendars/} where there are own ones
     * @param region where this installation runs; without it, controllers of every region load
     */
    @ConfigurationProperties("habeas")
    record PolicyProperties(Path home, @Nullable String region) {}

    @Bean
    Calendars calendars(PolicyProperties properties) {
        return Calendars.withThoseIn(properties.home().resolve("calendars"));
    }

    @Bean
    HealthIndicator calendarsHealthIndicator(Calendars calendars, LegalClock clock) {
        return new CalendarHealth(calendars, clock);
    }

    @Bean
    Policies policies(PolicyProperties properties, Calendars calendars, JdbcClient jdbc, LegalClock clock) {
        return new Policies(
                properties.home().resolve("controllers"),
                properties.region(),
                calendars,
                new VersionRegister(jdbc, clock)::admit);
    }
}
