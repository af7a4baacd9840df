// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.limits;

import io.habeas.journal.EventJournal;
import io.habeas.messaging.RepeatedTransaction;
import io.habeas.request.policy.Policies;
import io.habeas.request.register.RequestFiles;
import io.habeas.sealeddata.KeyedHashes;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.LegalClock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Configuration(proxyBeanMethods = false)
class LimitsConfiguration {

    @Bean
    CountedTable countedTable(JdbcClient jdbc) {
        return new CountedTable(jdbc);
    }

    @Bean
    EarlierRequests earlierRequests(
            CountedTable table,
            PlatformTransactionManager transactions,
            RequestFiles files,
            Policies policies,
            KeyedHashes hashes,
            Sealer sealer,
            LegalClock clock) {
        return new EarlierRequests(
                table,
                new RepeatedTransaction(new TransactionTemplate(transactions)),
                files,
                policies,
                hashes,
                sealer,
                clock);
    }

    @Bean
    CountedUpkeep countedUpkeep(
            EventJournal journal,
            CountedTable table,
            EarlierRequests requests,
            PlatformTransactionManager transactions) {
        return new CountedUpkeep(journal, table, requests, new TransactionTemplate(transactions));
    }
}
