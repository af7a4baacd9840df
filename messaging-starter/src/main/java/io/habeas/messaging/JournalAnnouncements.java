// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.contracts.Announcement;
import io.habeas.journal.EventJournal;
import io.habeas.journal.JournalException;
import io.habeas.journal.NewEvent;
import io.habeas.tracing.TraceContext;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.SQLErrorCodeSQLExceptionTranslator;
import org.springframework.jdbc.support.SQLExceptionTranslator;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Writes announcements into the journal, for services without an event store of their own. */
final class JournalAnnouncements implements Announcements {

    private static final SQLExceptionTranslator TRANSLATOR = new SQLErrorCodeSQLExceptionTranslator("PostgreSQL");

    private static final SecureRandom RANDOM = new SecureRandom();

    private record Caused(UUID stream, UUID cause) {}

    /** What this transaction has announced so far. */
    private static final class Announced implements TransactionSynchronization {
        private final Map<Caused, Integer> indexes = new HashMap<>();
        private final EventJournal journal;
        private final Object key;

        Announced(EventJournal journal, Object key) {
            this.journal = journal;
            this.key = key;
        }

        int nextIndex(UUID stream, UUID cause) {
            return indexes.merge(new Caused(stream, cause), 1, Integer::sum) - 1;
        }

        @Override
        public void suspend() {
            TransactionSynchronizationManager.unbindResource(key);
        }

        @Override
        public void resume() {
            TransactionSynchronizationManager.bindResource(key, this);
        }

        @Override
        public void afterCommit() {
            journal.wakeup().wake();
        }

        @Override
        public void afterCompletion(int status) {
            TransactionSynchronizationManager.unbindResourceIfPossible(key);
        }
    }

    private final DataSource dataSource;
    private final EventJournal journal;
    private final AnnouncementCodec codec;
    private final InstantSource legalTime;
    private final int maxPayload;
    private final RequestTraces traces;

    JournalAnnouncements(
            DataSource dataSource,
            EventJournal journal,
            AnnouncementCodec codec,
            InstantSource legalTime,
            int maxPayload,
            RequestTraces traces) {
        this.dataSource = dataSource;
        this.journal = journal;
        this.codec = codec;
        this.legalTime = legalTime;
        this.maxPayload = maxPayload;
        this.traces = traces;
    }

    @Override
    public void announce(Announcement announcement, Cause cause) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("announce inside the transaction of the change: there is none");
        }
        var payload = codec.payload(announcement);
        if (payload.length > maxPayload) {
            throw new IllegalArgumentException(codec.type(announcement) + " takes " + payload.length
                    + " bytes and readers take " + maxPayload + ": announce in batches");
        }
        var connection = DataSourceUtils.getConnection(dataSource);
        try {
            var stream = announcement.requestId();
            var event = new NewEvent(
                    stream,
                    journal.nextSequence(connection, stream),
                    uuidV7(),
                    codec.type(announcement),
                    codec.revision(announcement),
                    legalTime.instant(),
                    cause.messageId(),
                    cause.messageId() == null ? 0 : announced().nextIndex(stream, cause.messageId()),
                    cause.controller(),
                    cause.actor(),
                    cause.rule(),
                    payload,
                    metadata(connection, stream));
            announced();
            journal.append(connection, List.of(event));
        } catch (JournalException failed) {
            throw asOfTheDatabase(failed);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    /** What the journal does not refuse itself is trouble of the database, and is told as the rest of that transaction would tell it. */
    private static RuntimeException asOfTheDatabase(JournalException failed) {
        if (failed.getClass() == JournalException.class && failed.getCause() instanceof SQLException trouble) {
            var translated = TRANSLATOR.translate("announce", null, trouble);
            return translated == null ? new UncategorizedSQLException("announce", null, trouble) : translated;
        }
        return failed;
    }

    private Announced announced() {
        if (TransactionSynchronizationManager.getResource(this) instanceof Announced known) {
            return known;
        }
        var announced = new Announced(journal, this);
        TransactionSynchronizationManager.bindResource(this, announced);
        TransactionSynchronizationManager.registerSynchronization(announced);
        return announced;
    }

    /** Of this thread; else of the last message about this request, to which work on threads of our own goes back. */
    private byte[] metadata(Connection connection, UUID request) {
        return TraceContext.current()
                .or(() -> traces.last(connection, request))
                .map(traceparent -> "{\"" + TraceContext.KEY + "\":\"" + traceparent + "\"}")
                .orElse("{}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** RFC 9562. Ids are made of real time: they order inserts in an index and mean nothing in law. */
    static UUID uuidV7() {
        long millis = System.currentTimeMillis();
        long high = millis << 16 | 0x7000L | RANDOM.nextInt(1 << 12);
        long low = RANDOM.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
