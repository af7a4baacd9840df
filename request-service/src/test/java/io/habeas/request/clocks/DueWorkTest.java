// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.clocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.KeyClass;
import io.habeas.contracts.RequestKeys;
import io.habeas.contracts.Right;
import io.habeas.contracts.SealedField;
import io.habeas.journal.FeedPosition;
import io.habeas.request.clocks.DueChanges.Place;
import io.habeas.request.clocks.DueChanges.Row;
import io.habeas.request.lifecycle.RequestCommand.Reckon;
import io.habeas.request.lifecycle.RequestCommand.RecordKeyDestroyed;
import io.habeas.request.lifecycle.RequestCommand.RequireKeySpent;
import io.habeas.request.lifecycle.RequestEvent.ComplaintAnswered;
import io.habeas.request.lifecycle.Requests;
import io.habeas.sealeddata.DataKey;
import io.habeas.sealeddata.KeyService;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
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
class DueWorkTest {

    private static final Instant DUE = Instant.parse("2026-11-27T08:00:00Z");
    private static final Instant LATER = DUE.plus(Duration.ofDays(10));
    private static final UUID ONE = new UUID(1, 1);
    private static final UUID TWO = new UUID(2, 2);
    private static final UUID OTHER = new UUID(1, 2);
    private static final UUID KEY = new UUID(3, 1);
    private static final UUID OTHER_KEY = new UUID(3, 2);

    private static EmbeddedPostgres database;

    private DueTable table;

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
        JdbcClient.create(database.getPostgresDatabase()).sql("delete from due").update();
        table = new DueTable(database.getPostgresDatabase());
    }

    @Test
    void an_end_that_cannot_be_counted_again_holds_back_no_other() throws InterruptedException {
        provisional(ONE, DueKind.RESPOND);
        provisional(OTHER, DueKind.RESPOND);
        var counted = new ArrayList<UUID>();
        var bus = SimpleCommandBus.builder().build();
        bus.subscribe(Reckon.class.getName(), message -> {
            var request = ((Reckon) message.getPayload()).requestId();
            if (request.equals(ONE)) {
                throw new IllegalStateException("its profile was taken away");
            }
            counted.add(request);
            return null;
        });
        var requests =
                new Requests(DefaultCommandGateway.builder().commandBus(bus).build(), InstantSource.system());
        var work = new DueWork(table, requests, _ -> false, new NoKeys(), InstantSource.system());

        assertThat(work.reckonProvisional()).isEqualTo(2);

        assertThat(counted).containsExactly(OTHER);
    }

    @Test
    void pages_of_provisional_ends_leave_out_no_clock_of_a_request() {
        provisional(ONE, DueKind.RESPOND);
        provisional(ONE, DueKind.CONFIRM_RECEIPT);
        provisional(OTHER, DueKind.RESPOND);

        var found = new ArrayList<String>();
        for (var page = table.provisional(null, 1); !page.isEmpty(); page = table.provisional(page.getLast(), 1)) {
            page.forEach(it -> found.add(it.requestId() + " " + it.kind()));
        }

        assertThat(found)
                .containsExactly(
                        ONE + " " + DueKind.CONFIRM_RECEIPT,
                        ONE + " " + DueKind.RESPOND,
                        OTHER + " " + DueKind.RESPOND);
    }

    @Test
    void whoever_comes_late_puts_off_nothing_that_says_another_time_by_now() {
        put(ONE, DueKind.RESPOND, new Row("smallrig", DUE, null));
        var old = table.claim(DUE.plusSeconds(1), Duration.ofSeconds(30), 10).getFirst();
        put(ONE, DueKind.RESPOND, new Row("smallrig", DUE.plusSeconds(2), null));

        table.tryAgainAfter(old, Duration.ofMinutes(5));

        assertThat(table.claim(DUE.plusSeconds(3), Duration.ofSeconds(30), 10)).hasSize(1);
    }

    @Test
    void
            the_identity_key_of_a_request_that_is_a_complaint_goes_with_its_answer_and_not_with_that_of_a_later_complaint() {
        var decision = new DueChanges();
        decision.add(answered(null), "smallrig", LATER);
        var about = new DueChanges();
        about.add(answered(OTHER), "smallrig", LATER);

        assertThat(decision.moved).containsEntry(new Place(ONE, DueKind.DESTROY_IDENTITY_KEY), LATER);
        assertThat(about.moved).isEmpty();
    }

    @Test
    void a_key_that_the_request_still_needs_is_not_destroyed_however_old_the_row_is() throws InterruptedException {
        put(ONE, DueKind.DESTROY_CASE_KEY, new Row("smallrig", DUE, KEY));
        put(OTHER, DueKind.DESTROY_CASE_KEY, new Row("smallrig", DUE, OTHER_KEY));
        var said = new ConcurrentLinkedQueue<String>();
        var bus = SimpleCommandBus.builder().build();
        bus.subscribe(RequireKeySpent.class.getName(), message -> {
            var asked = (RequireKeySpent) message.getPayload();
            if (asked.requestId().equals(ONE)) {
                throw new IllegalStateException("it was reopened");
            }
            said.add("asked " + asked.key());
            return null;
        });
        bus.subscribe(RecordKeyDestroyed.class.getName(), message -> {
            said.add("recorded " + ((RecordKeyDestroyed) message.getPayload()).key());
            return null;
        });
        var keys = new NoKeys() {
            @Override
            public void destroy(String controller, UUID keyId) {
                said.add("destroyed " + keyId);
            }
        };
        var later = InstantSource.fixed(LATER);
        var requests =
                new Requests(DefaultCommandGateway.builder().commandBus(bus).build(), later);

        new DueWork(table, requests, _ -> false, keys, later).once();

        assertThat(said).containsExactly("asked " + OTHER_KEY, "destroyed " + OTHER_KEY, "recorded " + OTHER_KEY);
        assertThat(JdbcClient.create(database.getPostgresDatabase())
                        .sql("select request_id from due")
                        .query(UUID.class)
                        .list())
                .containsExactly(ONE);
    }

    private static ComplaintAnswered answered(@Nullable UUID complaint) {
        var sealed = new SealedField(new UUID(2, 1), "sealed");
        return new ComplaintAnswered(
                ONE,
                "HB-7K2M-Q9XA",
                Right.COMPLAINT,
                "en",
                null,
                sealed,
                complaint,
                false,
                false,
                sealed,
                List.of(),
                null,
                "smallrig@2021-06#US-CA");
    }

    @Test
    void what_is_put_moved_and_removed_by_one_page_is_all_done_at_once() {
        var key = new Place(ONE, DueKind.DESTROY_IDENTITY_KEY);
        put(ONE, DueKind.DESTROY_IDENTITY_KEY, new Row("smallrig", DUE, null));
        put(ONE, DueKind.RESPOND, new Row("smallrig", DUE, null));
        var changes = new DueChanges();
        changes.removed.add(new Place(ONE, DueKind.RESPOND));
        changes.moved.put(key, DUE.plusSeconds(60));
        changes.put.put(new Place(TWO, DueKind.RESPOND), new Row("smallrig", DUE, null));
        var from = table.position();

        assertThat(table.apply(changes, from, next(from))).isTrue();

        assertThat(rows())
                .containsExactlyInAnyOrder(
                        ONE + " DESTROY_IDENTITY_KEY " + DUE.plusSeconds(60), TWO + " RESPOND " + DUE);
    }

    @Test
    void a_copy_that_is_behind_another_changes_nothing() {
        put(ONE, DueKind.RESPOND, new Row("smallrig", DUE, null));
        var behind = table.position();
        put(TWO, DueKind.RESPOND, new Row("smallrig", DUE, null));
        var changes = new DueChanges();
        changes.removed.add(new Place(ONE, DueKind.RESPOND));
        changes.moved.put(new Place(TWO, DueKind.RESPOND), DUE.plusSeconds(60));
        changes.put.put(new Place(ONE, DueKind.DESTROY_IDENTITY_KEY), new Row("smallrig", DUE, null));

        assertThat(table.apply(changes, behind, next(behind))).isFalse();

        assertThat(rows()).containsExactlyInAnyOrder(ONE + " RESPOND " + DUE, TWO + " RESPOND " + DUE);
        assertThat(table.position()).isEqualTo(next(behind));
    }

    private static FeedPosition next(FeedPosition place) {
        return new FeedPosition(1, place.transaction() + 1, 1);
    }

    private static List<String> rows() {
        return JdbcClient.create(database.getPostgresDatabase())
                .sql("select request_id, kind, due_at from due")
                .query((row, _) -> row.getString(1) + " " + row.getString(2) + " "
                        + row.getObject(3, OffsetDateTime.class).toInstant())
                .list();
    }

    private void provisional(UUID request, DueKind kind) {
        put(request, kind, new Row("smallrig", DUE, null, true));
    }

    private void put(UUID request, DueKind kind, Row row) {
        var changes = new DueChanges();
        changes.put.put(new Place(request, kind), row);
        var from = table.position();
        assertThat(table.apply(changes, from, next(from))).isTrue();
    }

    /** Nothing here makes or reads a key; who destroys one says so. */
    private static class NoKeys implements KeyService {

        @Override
        public RequestKeys allotRequestKeys(String controller) {
            throw new IllegalStateException("no key is made here");
        }

        @Override
        public UUID allot(String controller, UUID requestId, KeyClass keyClass) {
            throw new IllegalStateException("no key is made here");
        }

        @Override
        public DataKey key(String controller, UUID requestId, UUID keyId) {
            throw new IllegalStateException("no key is read here");
        }

        @Override
        public void destroy(String controller, UUID keyId) {
            throw new IllegalStateException("no key is destroyed here");
        }
    }
}
