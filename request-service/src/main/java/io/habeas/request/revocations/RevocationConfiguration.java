// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.revocations;

import io.habeas.service.AccessRules;
import io.habeas.service.LegalClock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
class RevocationConfiguration {

    @Bean
    RevocationTable revocationTable(JdbcClient jdbc, LegalClock clock) {
        return new RevocationTable(jdbc, clock);
    }

    @Bean
    AccessRules revocationAccess() {
        return new AccessRules()
                .staff(HttpMethod.POST, "/api/v1/desk/controllers/{c}/revocations", "operator")
                .services(HttpMethod.GET, "/internal/v1/revocations");
    }
}
