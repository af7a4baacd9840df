// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import io.habeas.journal.EventJournal;
import io.habeas.messaging.RepeatedTransaction;
import io.habeas.messaging.Sample;
import io.habeas.request.lifecycle.Requests;
import io.habeas.request.policy.Policies;
import io.habeas.sealeddata.KeyStore;
import io.habeas.sealeddata.KeyedHashes;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.LegalClock;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@Configuration(proxyBeanMethods = false)
class StandingConfiguration {

    /** One table, journal and way of writing both, for all that stand on them. */
    record Parts(
            StandingJournal journal,
            StandingTable table,
            RepeatedTransaction transactions,
            KeyedHashes hashes,
            KeyStore keys,
            Sealer sealer) {}

    @Bean
    Parts standingParts(
            EventJournal journal,
            DataSource dataSource,
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            KeyedHashes hashes,
            KeyStore keys,
            Sealer sealer) {
        return new Parts(
                new StandingJournal(journal, dataSource),
                new StandingTable(jdbc),
                new RepeatedTransaction(new TransactionTemplate(transactions)),
                hashes,
                keys,
                sealer);
    }

    @Bean
    StandingUpkeep standingUpkeep(Parts parts, LegalClock clock) {
        var upkeep = new StandingUpkeep(
                parts.journal(),
                parts.table(),
                parts.transactions(),
                parts.hashes(),
                parts.keys(),
                parts.sealer(),
                clock);
        clock.onJump(upkeep::wake);
        return upkeep;
    }

    @Bean
    StandingFacts standingFacts(Parts parts, StandingUpkeep upkeep) {
        return new StandingFacts(
                parts.journal(),
                parts.table(),
                parts.transactions(),
                parts.hashes(),
                parts.keys(),
                parts.sealer(),
                upkeep::wake);
    }

    @Bean
    StandingOrders standingOrders(
            EventJournal journal, Policies policies, StandingFacts facts, Requests requests, Sealer sealer) {
        return new StandingOrders(journal, policies, facts, requests, sealer);
    }

    @Bean
    StandingFollower standingFollower(EventJournal journal, StandingOrders orders, JdbcClient jdbc) {
        return new StandingFollower(journal, orders::asked, jdbc);
    }

    @Bean
    Sample standingOrdersPutOff(JdbcClient jdbc) {
        return Sample.of(
                "habeas.standing.orders.put.off",
                "",
                "what requests order to stand, or take back, and could not be followed yet",
                new PutOff(jdbc)::count);
    }

    @Bean
    OptIns optIns(Parts parts, StandingFacts facts, StandingUpkeep upkeep) {
        return new OptIns(
                parts.journal(),
                parts.table(),
                parts.transactions(),
                parts.hashes(),
                parts.keys(),
                parts.sealer(),
                facts,
                upkeep::wake);
    }

    @Bean
    StandingAnswers standingAnswers(Parts parts) {
        return new StandingAnswers(parts.table(), parts.hashes());
    }
}
