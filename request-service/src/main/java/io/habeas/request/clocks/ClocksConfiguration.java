// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.clocks;

import io.habeas.journal.EventJournal;
import io.habeas.request.lifecycle.KeyBindings;
import io.habeas.request.lifecycle.Requests;
import io.habeas.sealeddata.KeyStore;
import io.habeas.service.LegalClock;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ClocksConfiguration {

    @Bean
    DueTable dueTable(DataSource dataSource) {
        return new DueTable(dataSource);
    }

    @Bean
    KeyUpkeep keyUpkeep(KeyStore keys, EventJournal journal, LegalClock clock) {
        var upkeep = new KeyUpkeep(keys, journal, clock, InstantSource.system());
        clock.onJump(upkeep::wake);
        return upkeep;
    }

    @Bean
    DueLoops dueLoops(
            EventJournal journal,
            DueTable table,
            Requests requests,
            KeyStore keys,
            KeyBindings bindings,
            LegalClock clock) {
        var loops =
                new DueLoops(new DueProjection(journal, table, bindings), new DueWork(table, requests, keys, clock));
        clock.onJump(loops::wake);
        return loops;
    }
}
