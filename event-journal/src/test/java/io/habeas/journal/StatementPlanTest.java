// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A feed that sorts the table for every page is right and useless. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class StatementPlanTest {

    private Connection connection;

    @BeforeEach
    void fillTheTable() throws SQLException {
        connection = JournalDatabase.fresh().dataSource().getConnection();
        JournalDatabase.execute(connection, """
                insert into event (generation, stream, sequence, event_id, type, revision, time, cause_index, controller, actor,
                                   payload, metadata)
                select 1, gen_random_uuid(), 0, gen_random_uuid(), 'sample.happened', 1, now(), 0, 'acme', 'requester', '{}', '{}'
                  from generate_series(1, 20000)""");
        JournalDatabase.execute(connection, "analyze event");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"force_generic_plan", "force_custom_plan"})
    void a_page_of_the_feed_is_read_along_its_index(String mode) throws SQLException {
        var plan = plan(mode, EventJournal.READ, "1::bigint, '0'::text, 0::bigint, 1000");

        assertThat(plan).contains("Index Scan using event_feed_key").doesNotContain("Seq Scan on event", "Sort");
    }

    @ParameterizedTest
    @ValueSource(strings = {"force_generic_plan", "force_custom_plan"})
    void so_is_one_that_tells_who_holds_it_back(String mode) throws SQLException {
        var plan = plan(mode, FeedReader.PAGE, "1::bigint, '0'::text, 0::bigint, 1000");

        assertThat(plan).contains("Index Scan using event_feed_key").doesNotContain("Seq Scan on event");
        assertThat(plan.lines().filter(it -> it.contains("Sort  (")))
                .as("the page as a whole, and nothing below its limit")
                .hasSize(1);
        assertThat(plan)
                .as("whether something is hidden (a byte beside the eight of the end) is asked once, not for each row")
                .containsPattern("Subquery Scan on n .* width=9\\)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"force_generic_plan", "force_custom_plan"})
    void a_stream_is_read_along_its_index(String mode) throws SQLException {
        var plan = plan(mode, EventJournal.READ_STREAM, "'" + UUID.randomUUID() + "'::uuid, 0::bigint, 100");

        assertThat(plan).contains("Index Scan using event_sequence_key").doesNotContain("Seq Scan on event");
    }

    @ParameterizedTest
    @ValueSource(strings = {"force_generic_plan", "force_custom_plan"})
    void many_streams_are_read_each_along_the_index(String mode) throws SQLException {
        var arguments = "array['%s', '%s']::uuid[], array[0, 0]::bigint[], array[100, 100]::integer[]"
                .formatted(UUID.randomUUID(), UUID.randomUUID());

        assertThat(plan(mode, ReadLane.READ_MANY, arguments))
                .contains("Index Scan using event_sequence_key")
                .doesNotContain("Seq Scan on event");
    }

    @ParameterizedTest
    @ValueSource(strings = {"force_generic_plan", "force_custom_plan"})
    void places_of_many_streams_are_read_along_the_index(String mode) throws SQLException {
        var arguments =
                "array['%s', '%s']::uuid[], array[0, 3]::bigint[]".formatted(UUID.randomUUID(), UUID.randomUUID());

        assertThat(plan(mode, EventJournal.READ_PLACES, arguments))
                .contains("Index Scan using event_sequence_key")
                .doesNotContain("Seq Scan on event");
    }

    @ParameterizedTest
    @ValueSource(strings = {"force_generic_plan", "force_custom_plan"})
    void a_cause_is_looked_up_along_its_index(String mode) throws SQLException {
        var plan = plan(
                mode, EventJournal.KNOWS_CAUSE, "'" + UUID.randomUUID() + "'::uuid, '" + UUID.randomUUID() + "'::uuid");

        assertThat(plan).contains("using event_cause_key").doesNotContain("Seq Scan on event");
    }

    @ParameterizedTest
    @ValueSource(strings = {"force_generic_plan", "force_custom_plan"})
    void the_guard_of_the_append_looks_up_its_stream_along_the_index(String mode) throws SQLException {
        var id = UUID.randomUUID();
        var arguments = """
                array['%s']::uuid[], array[0]::bigint[], array['%s']::uuid[], array['t']::text[], array[1]::integer[],
                array['2026-11-22T10:15:30Z']::timestamptz[], array[null]::uuid[], array[0]::integer[], array['c']::text[],
                array['a']::text[], array[null]::text[], array['{}']::bytea[], array['{}']::bytea[], array[-1]::bigint[], array['%s']::uuid[], array[0]::bigint[]""".formatted(id, id, id);

        assertThat(plan(mode, Appending.APPEND, arguments))
                .contains("Index Scan using event_sequence_key")
                .doesNotContain("Seq Scan on event");
    }

    @ParameterizedTest
    @ValueSource(strings = {"force_generic_plan", "force_custom_plan"})
    void the_guard_of_a_single_append_does_so_too(String mode) throws SQLException {
        var id = UUID.randomUUID();
        var arguments = """
                '%1$s', 1, '%1$s', 't', 1, '2026-11-22T10:15:30Z', 1, '%1$s', 1, null, 0, 'c', 'a', null, '{}', '{}', 0, '%1$s', 0""".formatted(id);

        assertThat(plan(mode, Appending.APPEND_ONE, arguments))
                .contains("Index Scan using event_sequence_key")
                .doesNotContain("Seq Scan on event");
    }

    private String plan(String mode, String statement, String arguments) throws SQLException {
        JournalDatabase.execute(connection, "set plan_cache_mode = " + mode);
        var numbered = new StringBuilder();
        int number = 0;
        for (var part : statement.split("\\?", -1)) {
            numbered.append(part);
            if (++number < statement.split("\\?", -1).length) {
                numbered.append('$').append(number);
            }
        }
        JournalDatabase.execute(connection, "prepare looked_at as " + numbered);
        var plan = new StringBuilder();
        try (var explain = connection.createStatement();
                var rows = explain.executeQuery("explain execute looked_at(" + arguments + ")")) {
            while (rows.next()) {
                plan.append(rows.getString(1)).append('\n');
            }
        }
        return plan.toString();
    }
}
