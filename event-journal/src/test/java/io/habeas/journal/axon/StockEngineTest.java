// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.habeas.journal.JournalDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.tokenstore.inmemory.InMemoryTokenStore;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jdbc.PostgresEventTableFactory;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * Why the journal has an engine of its own. If these tests fail, Axon has learnt to wait and the reason is gone. The same on
 * our engine loses nothing: the cases of {@link io.habeas.journal.FeedConformance}, whose events are older than any timeout.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class StockEngineTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration SHORT_TIMEOUT = Duration.ofMillis(500);

    @Test
    void the_stock_engine_loses_what_commits_late_when_a_clock_is_two_minutes_behind() throws Exception {
        var database = JournalDatabase.fresh(List.of()).dataSource();
        var reading = engine(database::getConnection);
        reading.createSchema(PostgresEventTableFactory.INSTANCE);
        try (var reader = new ProcessorReader(
                        reading, new InMemoryTokenStore(), GapAwareTrackingToken.newInstance(0, List.of()));
                var held = database.getConnection()) {
            var firstOfAll = append(database, Instant.now());
            held.setAutoCommit(false);
            var late = append(engine(() -> uncloseable(held)), Instant.now());
            var behind = append(database, Instant.now().minusSeconds(120));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(reader.seen()).contains(behind));

            held.commit();
            var afterwards = append(database, Instant.now());

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(reader.seen()).contains(afterwards));
            assertThat(JournalDatabase.text(
                            database, "select count(*) from domainevententry where eventidentifier = '" + late + "'"))
                    .isEqualTo("1");
            assertThat(reader.seen())
                    .containsExactly(firstOfAll, behind, afterwards)
                    .doesNotContain(late);
        }
    }

    @Test
    void with_right_clocks_it_loses_the_first_of_two_that_outlast_a_short_timeout_when_the_second_commits_first()
            throws Exception {
        var database = JournalDatabase.fresh(List.of()).dataSource();
        var reading = engine(database::getConnection, SHORT_TIMEOUT);
        reading.createSchema(PostgresEventTableFactory.INSTANCE);
        try (var reader = new ProcessorReader(
                        reading, new InMemoryTokenStore(), GapAwareTrackingToken.newInstance(0, List.of()));
                var first = database.getConnection();
                var second = database.getConnection()) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            var late = append(engine(() -> uncloseable(first)), Instant.now());
            var written = Instant.now();
            var early = append(engine(() -> uncloseable(second)), written);
            outlast(written);

            second.commit();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(reader.seen()).contains(early));
            first.commit();

            requireLost(database, reader, late);
        }
    }

    @Test
    void with_right_clocks_it_loses_what_commits_after_a_reader_came_back_behind_a_short_timeout() throws Exception {
        var database = JournalDatabase.fresh(List.of()).dataSource();
        var reading = engine(database::getConnection, SHORT_TIMEOUT);
        reading.createSchema(PostgresEventTableFactory.INSTANCE);
        try (var held = database.getConnection()) {
            held.setAutoCommit(false);
            var late = append(engine(() -> uncloseable(held)), Instant.now());
            var written = Instant.now();
            var other = append(database, written);
            outlast(written);

            try (var reader = new ProcessorReader(
                    reading, new InMemoryTokenStore(), GapAwareTrackingToken.newInstance(0, List.of()))) {
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(reader.seen()).contains(other));
                held.commit();

                requireLost(database, reader, late);
            }
        }
    }

    private static void outlast(Instant written) {
        await().atMost(PATIENCE)
                .until(() -> Instant.now().isAfter(written.plus(SHORT_TIMEOUT).plusMillis(100)));
    }

    private static void requireLost(DataSource database, ProcessorReader reader, UUID late) throws Exception {
        var afterwards = append(database, Instant.now());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(reader.seen()).contains(afterwards));
        assertThat(JournalDatabase.text(
                        database, "select count(*) from domainevententry where eventidentifier = '" + late + "'"))
                .isEqualTo("1");
        assertThat(reader.seen()).doesNotContain(late);
    }

    private static UUID append(DataSource database, Instant time) {
        return append(engine(database::getConnection), time);
    }

    private static UUID append(JdbcEventStorageEngine engine, Instant time) {
        var id = UUID.randomUUID();
        engine.appendEvents(List.of(new GenericDomainEventMessage<>(
                "sample",
                UUID.randomUUID().toString(),
                0,
                new Happened("it"),
                MetaData.emptyInstance(),
                id.toString(),
                time)));
        return id;
    }

    private static JdbcEventStorageEngine engine(ConnectionProvider connections) {
        return engine(connections, DEFAULT_TIMEOUT);
    }

    private static JdbcEventStorageEngine engine(ConnectionProvider connections, Duration gapTimeout) {
        var json = Jackson3Serializer.builder().build();
        return JdbcEventStorageEngine.builder()
                .connectionProvider(connections)
                .transactionManager(NoTransactionManager.INSTANCE)
                .dataType(byte[].class)
                .gapTimeout((int) gapTimeout.toMillis())
                .eventSerializer(json)
                .snapshotSerializer(json)
                .build();
    }

    /** The engine closes what it was given, but this transaction has to stay open. */
    private static Connection uncloseable(Connection connection) {
        return (Connection) java.lang.reflect.Proxy.newProxyInstance(
                StockEngineTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "close", "commit" -> null;
                    default -> method.invoke(connection, arguments);
                });
    }
}
