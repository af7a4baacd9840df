// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.clocks;

import io.habeas.journal.EventJournal;
import io.habeas.messaging.Sample;
import io.habeas.request.lifecycle.KeyBindings;
import io.habeas.request.lifecycle.Requests;
import io.habeas.request.register.RequestFile;
import io.habeas.request.register.RequestFiles;
import io.habeas.sealeddata.KeyStore;
import io.habeas.service.LegalClock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
class ClocksConfiguration {

    /** Longer than any clock of a policy: rows of keys that are kept for years are not walked through. */
    private static final String BY_DISTANCE = """
            with legal(now) as (select ?::timestamptz)
            select kind,
                   case when due_at < now then 'past'
                        when due_at < now + interval '1 day' then 'within_1_day'
                        when due_at < now + interval '3 days' then 'within_3_days'
                        when due_at < now + interval '10 days' then 'within_10_days'
                        else 'later' end as distance,
                   count(*)
              from due, legal
             where due_at < now + interval '200 days'
               and kind in ('CONFIRM_RECEIPT', 'RESPOND', 'IDENTITY', 'CONFIRMATION', 'STATEMENT', 'DETAILS', 'FEE', 'COMPLAINT')
             group by kind, distance""";

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
    DueWork dueWork(DueTable table, Requests requests, RequestFiles files, KeyStore keys, LegalClock clock) {
        return new DueWork(
                table,
                requests,
                request ->
                        files.find(request).filter(RequestFile::isFollowUpOpen).isPresent(),
                keys,
                clock);
    }

    @Bean
    DueLoops dueLoops(EventJournal journal, DueTable table, DueWork work, KeyBindings bindings, LegalClock clock) {
        var loops = new DueLoops(new DueProjection(journal, table, bindings), work);
        clock.onJump(loops::wake);
        return loops;
    }

    /** Of requests that are under way, by how near the end of each clock is in legal time; never whose. */
    @Bean
    Sample clocksByDistance(DataSource dataSource, LegalClock clock) {
        var jdbc = JdbcClient.create(dataSource);
        var kinds = Arrays.stream(DueKind.values())
                .filter(DueKind::isClock)
                .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                .toList();
        return Sample.counted(
                        "habeas.clocks",
                        "",
                        "running clocks by how near their end is",
                        List.of(
                                new Sample.Label("clock", kinds),
                                Sample.Label.of(
                                        "due", "past", "within_1_day", "within_3_days", "within_10_days", "later")),
                        () -> jdbc.sql(BY_DISTANCE).param(clock.instant().atOffset(ZoneOffset.UTC)))
                .costly();
    }

    @Bean
    MeterBinder clockMetrics(DueWork work) {
        return registry -> work.ranOut()
                .forEach((kind, times) -> FunctionCounter.builder("habeas.clocks.ran.out", times, LongAdder::sum)
                        .tag("clock", kind.name().toLowerCase(Locale.ROOT))
                        .description("clocks that ran out since this process started")
                        .register(registry));
    }
}
