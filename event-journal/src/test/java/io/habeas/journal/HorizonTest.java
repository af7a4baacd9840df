// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Who holds the feed back, as a role without any rights over statistics sees it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class HorizonTest {

    private JournalDatabase database;
    private EventJournal journal;
    private FeedReader reader;
    private Connection foreign;

    @BeforeEach
    void open() throws SQLException {
        database = JournalDatabase.fresh();
        var role = "reader_of_" + database.name();
        JournalDatabase.execute(database.dataSource(), "create role " + role + " login");
        JournalDatabase.execute(database.dataSource(), "grant select on event, generation to " + role);
        var dataSource = new PGSimpleDataSource();
        dataSource.setServerNames(new String[] {database.host()});
        dataSource.setPortNumbers(new int[] {database.port()});
        dataSource.setDatabaseName(database.name());
        dataSource.setUser(role);
        journal = new EventJournal(dataSource, new JournalWakeup());
        reader = journal.reader();
        foreign = JournalDatabase.fresh().dataSource().getConnection();
        foreign.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        reader.close();
        foreign.close();
    }

    @Test
    void what_writes_in_another_database_holds_nothing_back() throws Exception {
        JournalDatabase.execute(foreign, "select pg_current_xact_id()");
        append();

        assertThat(journal.read(FeedPosition.START, 10)).hasSize(1);
        assertThat(journal.head()).isNotEqualTo(FeedPosition.START);
        assertThat(journal.horizonAge()).isZero();
    }

    @Test
    void what_writes_here_does_and_its_age_is_told() throws Exception {
        try (var own = database.dataSource().getConnection()) {
            own.setAutoCommit(false);
            JournalDatabase.execute(own, "select pg_current_xact_id()");
            append();

            assertThat(journal.read(FeedPosition.START, 10)).isEmpty();
            assertThat(journal.head()).isEqualTo(FeedPosition.START);
            journal.horizonAge(); // from now on it is watched
            assertThat(journal.horizonAge()).isPositive();
            own.rollback();
        }
        assertThat(journal.read(FeedPosition.START, 10)).hasSize(1);
    }

    @Test
    void a_page_tells_whether_somebody_who_writes_here_hides_what_was_committed() throws Exception {
        JournalDatabase.execute(foreign, "select pg_current_xact_id()");
        assertThat(reader.page(FeedPosition.START, 10)).isEqualTo(new FeedReader.Page(List.of(), false));
        append();
        var shown = reader.page(FeedPosition.START, 10);
        assertThat(shown.events()).hasSize(1);
        assertThat(shown.held()).isFalse();
        var last = shown.events().getLast().position();

        try (var own = database.dataSource().getConnection()) {
            own.setAutoCommit(false);
            JournalDatabase.execute(own, "select pg_current_xact_id()");
            append();

            assertThat(reader.page(last, 10)).isEqualTo(new FeedReader.Page(List.of(), true));
            var before = reader.page(FeedPosition.START, 10);
            assertThat(before.events()).extracting(StoredEvent::position).containsExactly(last);
            assertThat(before.held()).isTrue();
            own.rollback();
        }

        var after = reader.page(last, 10);
        assertThat(after.events()).hasSize(1);
        assertThat(after.held()).isFalse();
        assertThat(reader.page(FeedPosition.START, 1).events())
                .extracting(StoredEvent::position)
                .containsExactly(last);
        assertThat(reader.page(after.events().getLast().position(), 10))
                .isEqualTo(new FeedReader.Page(List.of(), false));
    }

    private void append() throws SQLException {
        var nothing = "{}".getBytes(StandardCharsets.UTF_8);
        try (var connection = database.dataSource().getConnection()) {
            new EventJournal(database.dataSource(), new JournalWakeup())
                    .append(
                            connection,
                            List.of(new NewEvent(
                                    UUID.randomUUID(),
                                    0,
                                    UUID.randomUUID(),
                                    "sample.happened",
                                    1,
                                    Instant.parse("2026-11-22T10:15:30Z"),
                                    null,
                                    0,
                                    "acme",
                                    "requester",
                                    null,
                                    nothing,
                                    nothing)));
        }
    }
}
