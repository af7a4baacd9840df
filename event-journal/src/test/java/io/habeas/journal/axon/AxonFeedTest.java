// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal.axon;

import io.habeas.journal.EventJournal;
import io.habeas.journal.FeedConformance;
import io.habeas.journal.FeedPosition;
import io.habeas.journal.GroupedAppends;
import io.habeas.journal.GroupedReads;
import io.habeas.journal.JournalWakeup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.axonframework.eventhandling.tokenstore.inmemory.InMemoryTokenStore;
import org.junit.jupiter.api.AfterEach;

/** The feed as Axon's processors see it. */
class AxonFeedTest extends FeedConformance {

    private final List<AutoCloseable> opened = new ArrayList<>();

    @Override
    protected Reader startReader(DataSource dataSource, FeedPosition from) {
        var wakeup = new JournalWakeup();
        var appends = new GroupedAppends(dataSource, wakeup);
        var reads = new GroupedReads(dataSource);
        opened.add(appends);
        opened.add(reads);
        var engine = JournalEventStorageEngine.builder()
                .journal(new EventJournal(dataSource, wakeup))
                .appends(appends)
                .reads(reads)
                .names(EventNames.of(Map.of(Happened.class, new EventName("sample.happened", 1))))
                .build();
        return new ProcessorReader(engine, new InMemoryTokenStore(), FeedToken.of(from));
    }

    @AfterEach
    void closeConnections() throws Exception {
        for (var one : opened) {
            one.close();
        }
    }
}
