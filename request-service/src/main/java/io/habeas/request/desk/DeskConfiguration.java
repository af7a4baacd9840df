// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.desk;

import io.habeas.journal.EventJournal;
import io.habeas.request.intake.IdempotencyKeys;
import io.habeas.request.lifecycle.Requests;
import io.habeas.request.policy.Policies;
import io.habeas.request.register.RequestFiles;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.AccessRules;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
class DeskConfiguration {

    private static final String REQUESTS = "/api/v1/desk/requests";
    private static final String[] SEEING = {"clerk", "reviewer", "childrens-data-officer", "operator", "auditor"};
    private static final String[] DECIDING = {"clerk", "reviewer", "childrens-data-officer"};

    @Bean
    QueueTable queueTable(DataSource dataSource) {
        return new QueueTable(JdbcClient.create(dataSource));
    }

    @Bean
    QueueLoop queueLoop(EventJournal journal, RequestFiles files, Policies policies, QueueTable table) {
        return new QueueLoop(new QueueProjection(journal, files, policies, table));
    }

    @Bean
    Desk desk(Requests requests, RequestFiles files, EventJournal journal, IdempotencyKeys idempotency, Sealer sealer) {
        return new Desk(requests, files, journal, idempotency, sealer);
    }

    @Bean
    Handiwork handiwork(Desk desk, Sealer sealer) {
        return new Handiwork(desk, sealer);
    }

    @Bean
    Readings readings(Sealer sealer) {
        return new Readings(sealer);
    }

    @Bean
    AccessRules deskAccess() {
        return new AccessRules()
                .staff(HttpMethod.GET, REQUESTS, SEEING)
                .staff(HttpMethod.GET, REQUESTS + "/{id}", SEEING)
                .staff(HttpMethod.POST, REQUESTS + "/{id}/decisions", DECIDING)
                .staff(HttpMethod.POST, REQUESTS + "/{id}/reviews", DECIDING)
                .staff(HttpMethod.POST, REQUESTS + "/{id}/readings", DECIDING)
                .staff(HttpMethod.POST, REQUESTS + "/{id}/fees", DECIDING)
                .staff(HttpMethod.POST, REQUESTS + "/{id}/complaint-answers", DECIDING)
                .staff(HttpMethod.POST, REQUESTS + "/{id}/jurisdictions", "reviewer")
                .staff(HttpMethod.POST, REQUESTS + "/{id}/extensions", "reviewer", "childrens-data-officer");
    }
}
