// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.register;

import io.habeas.contracts.ProofLevel;
import io.habeas.journal.EventJournal;
import io.habeas.service.AccessRules;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;

@Configuration(proxyBeanMethods = false)
class RegisterConfiguration {

    @Bean
    RequestFiles requestFiles(EventJournal journal) {
        return new RequestFiles(journal);
    }

    @Bean
    AccessRules registerAccess() {
        return new AccessRules()
                .requesterOrStaff(
                        HttpMethod.GET,
                        "/api/v1/requests/{id}",
                        ProofLevel.NONE,
                        "clerk",
                        "reviewer",
                        "operator",
                        "auditor");
    }
}
