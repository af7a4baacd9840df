// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.habeas.journal.EventIds;
import io.habeas.journal.EventJournal;
import io.habeas.journal.JournalWakeup;
import io.habeas.journal.NewEvent;
import io.habeas.sealeddata.KeyUnavailableException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StandingFollowerTest {

    private static EmbeddedPostgres database;

    private final JdbcClient jdbc = JdbcClient.create(database.getPostgresDatabase());
    private final EventJournal journal = new EventJournal(database.getPostgresDatabase(), new JournalWakeup());
    /** What keeps an order from being followed. */
    private final Map<UUID, Supplier<RuntimeException>> troubles = new HashMap<>();

    private final Map<UUID, Supplier<Error>> errors = new HashMap<>();

    private final List<UUID> followed = new ArrayList<>();
    private final StandingFollower follower = new StandingFollower(
            journal,
            stored -> Optional.of(() -> {
                var request = stored.event().stream();
                if (errors.containsKey(request)) {
                    throw errors.get(request).get();
                }
                if (troubles.containsKey(request)) {
                    throw troubles.get(request).get();
                }
                followed.add(request);
            }),
            jdbc);

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
    void readWhatIsThere() {
        while (follower.advance()) {
            // what another test left
        }
        followed.clear();
        jdbc.sql("delete from standing_order_put_off").update();
    }

    @Test
    void an_order_that_can_not_be_followed_holds_up_no_other_and_is_followed_when_its_trouble_is_over()
            throws Exception {
        var broken = ordered();
        var other = ordered();
        troubles.put(broken, () -> new ArithmeticException("of a kind that nobody thought of"));

        follower.advance();

        assertThat(followed).containsExactly(other);
        assertThat(putOff()).containsExactly(broken + " 1 java.lang.ArithmeticException");

        await().atMost(60, SECONDS).untilAsserted(() -> {
            follower.advance();
            assertThat(putOff()).containsExactly(broken + " 2 java.lang.ArithmeticException");
        });
        troubles.clear();
        await().atMost(60, SECONDS).untilAsserted(() -> {
            follower.advance();
            assertThat(followed).containsExactly(other, broken);
        });
        assertThat(putOff()).isEmpty();
    }

    @Test
    void it_is_tried_ever_later_and_at_least_once_an_hour() throws Exception {
        var broken = ordered();
        troubles.put(broken, IllegalStateException::new);
        follower.advance();

        for (int pause : new int[] {2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600}) {
            jdbc.sql("update standing_order_put_off set due_at = now()").update();
            var before = time("clock_timestamp()");
            follower.advance();
            assertThat(time("(select due_at from standing_order_put_off)").minusSeconds(pause))
                    .isBetween(before, time("clock_timestamp()"));
        }
    }

    private Instant time(String expression) {
        return jdbc.sql("select " + expression)
                .query(OffsetDateTime.class)
                .single()
                .toInstant();
    }

    @Test
    void a_key_that_is_away_is_asked_for_every_minute_and_holds_up_nobody_else() throws Exception {
        var order = ordered();
        troubles.put(order, () -> new KeyUnavailableException("one file of keys is damaged", null));
        follower.advance();
        var other = ordered();

        jdbc.sql("update standing_order_put_off set attempts = 12, due_at = now()")
                .update();
        var before = time("clock_timestamp()");
        follower.advance();

        assertThat(followed).containsExactly(other);
        assertThat(time("(select due_at from standing_order_put_off)").minusSeconds(60))
                .isBetween(before, time("clock_timestamp()"));
    }

    @Test
    void where_keys_are_away_the_rest_of_the_page_does_not_wait_for_them_one_by_one() throws Exception {
        var first = ordered();
        var second = ordered();
        troubles.put(first, () -> new KeyUnavailableException("the key store is away", null));
        var tried = new ArrayList<UUID>();
        troubles.put(second, () -> {
            tried.add(second);
            return new KeyUnavailableException("the key store is away", null);
        });

        follower.advance();

        assertThat(tried).isEmpty();
        assertThat(putOff()).hasSize(2);
        troubles.clear();
        jdbc.sql("update standing_order_put_off set due_at = now()").update();
        follower.advance();
        assertThat(followed).containsExactlyInAnyOrder(first, second);
    }

    @Test
    void an_error_of_any_sort_is_of_its_order_alone() throws Exception {
        var broken = ordered();
        var other = ordered();
        errors.put(broken, StackOverflowError::new);

        follower.advance();

        assertThat(followed).containsExactly(other);
        assertThat(putOff()).containsExactly(broken + " 1 java.lang.StackOverflowError");
    }

    @Test
    void a_page_that_is_read_again_makes_nobody_wait_longer() throws Exception {
        var broken = ordered();
        troubles.put(broken, IllegalStateException::new);
        var before = jdbc.sql("select position from standing_order_position")
                .query(Long.class)
                .single();
        follower.advance();
        var due = time("(select due_at from standing_order_put_off)");

        // as after a death before the place was kept
        jdbc.sql("update standing_order_put_off set due_at = now() + interval '1 hour'")
                .update();
        jdbc.sql("update standing_order_position set position = ?, generation = 0, at_transaction = 0")
                .param(before)
                .update();
        while (follower.advance()) {
            // all of it again
        }

        assertThat(putOff()).containsExactly(broken + " 1 java.lang.IllegalStateException");
        assertThat(time("(select due_at from standing_order_put_off)")).isAfter(due.plusSeconds(60));
    }

    @Test
    void two_copies_do_not_try_the_same_order_at_once() throws Exception {
        var broken = ordered();
        troubles.put(broken, IllegalStateException::new);
        follower.advance();
        jdbc.sql("update standing_order_put_off set due_at = now()").update();
        var putOff = new PutOff(jdbc);

        assertThat(putOff.claim()).isPresent();
        assertThat(putOff.claim()).isEmpty();
    }

    private List<String> putOff() {
        return jdbc.sql("select request_id || ' ' || attempts || ' ' || failure from standing_order_put_off")
                .query(String.class)
                .list();
    }

    private UUID ordered() throws SQLException {
        var request = EventIds.next();
        var nothing = "{}".getBytes(StandardCharsets.UTF_8);
        try (var connection = database.getPostgresDatabase().getConnection()) {
            connection.setAutoCommit(false);
            journal.append(
                    connection,
                    List.of(new NewEvent(
                            request,
                            0,
                            EventIds.next(),
                            "request.standing-ordered",
                            1,
                            Instant.now(),
                            null,
                            0,
                            "smallrig",
                            "requester",
                            null,
                            nothing,
                            nothing)));
            connection.commit();
        }
        return request;
    }
}
