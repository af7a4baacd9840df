// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import io.habeas.journal.EventIds;
import io.habeas.journal.EventJournal;
import io.habeas.journal.EventJournal.StreamPlace;
import io.habeas.journal.NewEvent;
import io.habeas.journal.StoredEvent;
import io.habeas.tracing.TraceContext;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DataSourceUtils;

/** Rows of the journal about what stands: written in the transaction of the table that they change, and read again. */
final class StandingJournal {

    /** @param actor opaque @param cause of all events of one call */
    record Why(String controller, String actor, @Nullable UUID cause, Instant at) {}

    private final EventJournal journal;
    private final DataSource dataSource;
    private final StandingEvents events = new StandingEvents();

    StandingJournal(EventJournal journal, DataSource dataSource) {
        this.journal = journal;
        this.dataSource = dataSource;
    }

    /** @param rules of each event, or nothing */
    record Entry(StandingEvent event, @Nullable String rule) {}

    /** In the current transaction; {@link #wake} comes after its commit. */
    void append(List<Entry> entries, Why why) {
        var connection = DataSourceUtils.getConnection(dataSource);
        try {
            journal.append(connection, rows(connection, entries, why));
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    private List<NewEvent> rows(Connection connection, List<Entry> entries, Why why) {
        var next = new HashMap<UUID, Long>();
        var index = new HashMap<UUID, Integer>();
        var rows = new ArrayList<NewEvent>();
        for (var entry : entries) {
            var event = entry.event();
            var stream = event.factId();
            long sequence = next.computeIfAbsent(stream, it -> journal.nextSequence(connection, it));
            next.put(stream, sequence + 1);
            rows.add(new NewEvent(
                    stream,
                    sequence,
                    EventIds.next(),
                    StandingEvents.nameOf(event),
                    StandingEvents.revisionOf(event),
                    why.at(),
                    why.cause(),
                    why.cause() == null ? 0 : index.merge(stream, 1, Integer::sum) - 1,
                    why.controller(),
                    why.actor(),
                    entry.rule(),
                    events.payload(event),
                    metadata()));
        }
        return rows;
    }

    private static byte[] metadata() {
        return TraceContext.current()
                .map(trace -> "{\"" + TraceContext.KEY + "\":\"" + trace + "\"}")
                .orElse("{}")
                .getBytes(StandardCharsets.UTF_8);
    }

    void wake() {
        journal.wakeup().wake();
    }

    /** What begins each of these streams, where there is one. */
    Map<UUID, StandingEvent> firsts(Collection<UUID> facts) {
        var found = new HashMap<UUID, StandingEvent>();
        var places = facts.stream().map(fact -> new StreamPlace(fact, 0)).toList();
        var connection = DataSourceUtils.getConnection(dataSource);
        try {
            for (var row : journal.readPlaces(connection, places)) {
                found.put(row.event().stream(), events.read(row));
            }
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
        return found;
    }

    /** Everything about one fact, in order. */
    List<StandingEvent> of(UUID fact) {
        return journal.readStream(fact, 0, 100).stream().map(events::read).toList();
    }

    /** Whether there is such a fact, of that controller. */
    boolean belongsTo(String controller, UUID fact) {
        return journal.readStream(fact, 0, 1).stream()
                .anyMatch(row ->
                        StandingEvents.isOne(row) && row.event().controller().equals(controller));
    }

    EventJournal feed() {
        return journal;
    }

    StandingEvent read(StoredEvent row) {
        return events.read(row);
    }
}
