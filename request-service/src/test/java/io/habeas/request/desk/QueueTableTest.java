// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.desk;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Right;
import io.habeas.journal.FeedPosition;
import io.habeas.request.lifecycle.ReviewReason;
import io.habeas.request.lifecycle.State;
import io.habeas.request.policy.language.Decider;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

@DisplayNameGeneration(ReplaceUnderscores.class)
class QueueTableTest {

    private static final Instant RECEIVED = Instant.parse("2026-11-27T08:00:00.123456Z");
    private static final UUID ONE = new UUID(1, 1);
    private static final UUID TWO = new UUID(2, 2);

    private static EmbeddedPostgres database;

    private QueueTable table;

    @BeforeAll
    static void start() throws IOException {
        database = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(1))
                .start();
        Flyway.configure()
                .dataSource(database.getPostgresDatabase())
                .locations("classpath:db/journal", "classpath:db/messaging", "classpath:db/migration")
                .load()
                .migrate();
    }

    @AfterAll
    static void stop() throws IOException {
        database.close();
    }

    @BeforeEach
    void empty() {
        var jdbc = JdbcClient.create(database.getPostgresDatabase());
        jdbc.sql("delete from desk_request").update();
        table = new QueueTable(jdbc);
    }

    @Test
    void a_page_of_rows_is_read_back_as_it_was_with_what_is_absent_and_whatever_is_written_in_it() {
        var plain = row(ONE, State.AWAITING_IDENTITY, null, null, null);
        var full = row(
                TWO, State.UNDER_REVIEW, Decider.REVIEWER, ReviewReason.COMPLAINT, "letter, \"hand-written\" \\ 来信");

        apply(plain, full);

        assertThat(rows()).containsExactly(plain, full);
    }

    @Test
    void a_later_page_changes_what_is_there_and_one_without_rows_only_moves_the_place() {
        apply(row(ONE, State.AWAITING_IDENTITY, null, null, null));
        var changed = row(ONE, State.UNDER_REVIEW, Decider.REVIEWER, ReviewReason.COMPLAINT, null);
        apply(changed);
        var before = table.position();

        apply();

        assertThat(rows()).containsExactly(changed);
        assertThat(table.position()).isEqualTo(next(before));
    }

    @Test
    void a_copy_that_is_behind_another_changes_nothing() {
        var first = row(ONE, State.AWAITING_IDENTITY, null, null, null);
        var behind = table.position();
        apply(first);

        table.apply(
                List.of(
                        row(ONE, State.UNDER_REVIEW, Decider.REVIEWER, null, null),
                        row(TWO, State.AWAITING_IDENTITY, null, null, null)),
                behind,
                next(behind));

        assertThat(rows()).containsExactly(first);
        assertThat(table.position()).isEqualTo(next(behind));
    }

    private void apply(QueueRow... rows) {
        var from = table.position();
        table.apply(List.of(rows), from, next(from));
    }

    private static FeedPosition next(FeedPosition place) {
        return new FeedPosition(1, place.transaction() + 1, 1);
    }

    private List<QueueRow> rows() {
        return table.find(new QueueFilter(Set.of("smallrig"), null, null, null, null, 10));
    }

    private static QueueRow row(
            UUID id, State state, @Nullable Decider role, @Nullable ReviewReason reason, @Nullable String channel) {
        return new QueueRow(
                id,
                "smallrig",
                "HB-7K2M-Q9XA",
                Right.ERASURE,
                Capacity.SUBJECT,
                "US-CA",
                "smallrig@2021-06",
                state,
                role,
                reason,
                RECEIVED,
                RECEIVED.plusSeconds(1),
                channel,
                RECEIVED.plusSeconds(60));
    }
}
