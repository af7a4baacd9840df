// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FeedReaderTest {

    private static final int READS = 20;

    private HikariDataSource pool;
    private EventJournal journal;

    @BeforeEach
    void open() throws SQLException {
        var config = new HikariConfig();
        config.setDataSource(JournalDatabase.fresh().dataSource());
        config.setMaximumPoolSize(1);
        config.setConnectionTimeout(1_000);
        pool = new HikariDataSource(config);
        journal = new EventJournal(pool, new JournalWakeup());
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void the_page_is_planned_once_and_not_for_each_read() throws Exception {
        try (var reader = journal.reader()) {
            for (int i = 0; i < READS; i++) {
                assertThat(reader.page(FeedPosition.START, 10).events()).isEmpty();
            }
        }

        try (var connection = pool.getConnection()) {
            assertThat(
                            texts(
                                    connection,
                                    "select custom_plans || ' made anew' from pg_prepared_statements where statement like '%held%'"))
                    .containsOnly("0 made anew");
        }
    }

    @Test
    void a_connection_is_given_back_as_it_was() throws Exception {
        try (var connection = pool.getConnection()) {
            assertThat(settings(connection)).containsExactly("on", "auto");
        }
        journal.reader().close();

        try (var connection = pool.getConnection()) {
            assertThat(settings(connection)).containsExactly("on", "auto");
        }
    }

    @Test
    void a_reader_that_finds_no_connection_or_loses_its_own_says_so_and_keeps_none() throws Exception {
        try (var taken = pool.getConnection()) {
            assertThatThrownBy(journal::reader).isInstanceOf(JournalException.class);
        }
        var reader = journal.reader();
        JournalDatabase.execute(
                JournalDatabase.fresh().dataSource(),
                "select pg_terminate_backend(pid) from pg_stat_activity where query like '%plan_cache_mode%' and pid <> pg_backend_pid()");

        assertThatThrownBy(() -> reader.page(FeedPosition.START, 10)).isInstanceOf(JournalException.class);
        reader.close();

        try (var next = journal.reader()) {
            assertThat(next.page(FeedPosition.START, 10)).isEqualTo(new FeedReader.Page(List.of(), false));
        }
    }

    private static List<String> settings(Connection connection) throws SQLException {
        return texts(
                connection,
                "select setting from pg_settings where name in ('enable_seqscan', 'plan_cache_mode') order by name");
    }

    private static List<String> texts(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var texts = new ArrayList<String>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }
}
