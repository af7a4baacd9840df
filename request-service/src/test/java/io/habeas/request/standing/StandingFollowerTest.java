// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import java.time.Instant;
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

    private final List<UUID> followed = new ArrayList<>();
    private final StandingFollower follower = new StandingFollower(
            journal,
            stored -> Optional.of(() -> {
                var request = stored.event().stream();
                if (troubles.containsKey(request)) {
                    throw troubles.get(request).get();
                }
                followed.add(request);
            }),
            jdbc);

    @BeforeAll
    static void start() throws IOException {
        database = EmbeddedPostgres.start();
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

        var pauses = new ArrayList<Integer>();
        for (int tries = 2; tries <= 14; tries++) {
            jdbc.sql("update standing_order_put_off set due_at = now()").update();
            follower.advance();
            pauses.add(jdbc.sql("select round(extract(epoch from due_at - now()) + 0.4) from standing_order_put_off")
                    .query(Integer.class)
                    .single());
        }

        assertThat(pauses).startsWith(2, 4, 8, 16).endsWith(2048, 3600, 3600);
    }

    @Test
    void keys_that_are_away_hold_up_the_page_and_nothing_is_put_off() throws Exception {
        var order = ordered();
        troubles.put(order, () -> new KeyUnavailableException("the key store is away", null));

        assertThatThrownBy(follower::advance).isInstanceOf(KeyUnavailableException.class);

        assertThat(putOff()).isEmpty();
        troubles.clear();
        follower.advance();
        assertThat(followed).containsExactly(order);
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
