// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.postgres;

import static io.habeas.connector.ConnectorException.Category.ASK_A_PERSON;
import static io.habeas.connector.ConnectorException.Category.FIX_CONFIGURATION;
import static io.habeas.connector.ConnectorException.Category.TRY_AGAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import io.habeas.connector.Erasing.Batch;
import io.habeas.connector.Erasing.Treatment;
import io.habeas.connector.Finding.Search;
import io.habeas.connector.Match;
import io.habeas.connector.Place;
import io.habeas.connector.Reading;
import io.habeas.connector.Subject;
import io.habeas.connector.Value;
import java.math.BigDecimal;
import java.sql.Connection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What PostgreSQL can do to a connector that believes in its own statements. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class PostgresTrapsTest {

    private static PostgresConnector connector;

    @BeforeAll
    static void tables() {
        connector = (PostgresConnector) new PostgresConnectorFactory().create(PostgresStore.settings());
        PostgresStore.run("""
                CREATE TABLE parents (id bigint PRIMARY KEY, owner text, secret text NOT NULL, CHECK (secret <> 'bad'));
                CREATE TABLE children (id bigint PRIMARY KEY, parent bigint REFERENCES parents ON DELETE CASCADE);
                CREATE TABLE clingers (id bigint PRIMARY KEY, parent bigint REFERENCES parents);
                CREATE VIEW seen_parents AS SELECT id, owner FROM parents;
                CREATE TABLE parted (id bigint PRIMARY KEY, owner text) PARTITION BY RANGE (id);
                CREATE TABLE low PARTITION OF parted FOR VALUES FROM (0) TO (100);
                CREATE TABLE high PARTITION OF parted FOR VALUES FROM (100) TO (200);
                CREATE TABLE to_all (id bigint PRIMARY KEY, target bigint REFERENCES parted ON DELETE CASCADE);
                CREATE TABLE to_high (id bigint PRIMARY KEY, target bigint REFERENCES high ON DELETE SET NULL);
                CREATE TABLE elders (id bigint PRIMARY KEY, owner text);
                CREATE TABLE heirs (nick text UNIQUE, PRIMARY KEY (id)) INHERITS (elders);
                CREATE TABLE to_heirs (id bigint PRIMARY KEY, target text REFERENCES heirs (nick) ON DELETE CASCADE);
                CREATE TABLE loose (id bigint, owner text);
                CREATE VIEW doubles AS SELECT 1 AS id, 'ada'::text AS owner UNION ALL SELECT 1, 'ada';
                CREATE VIEW hollow AS SELECT null::bigint AS id, 'ada'::text AS owner;
                CREATE TABLE hidden (id bigint PRIMARY KEY, owner text);
                INSERT INTO hidden VALUES (1, 'ada');
                ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
                CREATE ROLE scant LOGIN;
                GRANT SELECT, UPDATE, DELETE ON parted, seen_parents TO scant;
                GRANT SELECT ON to_all, to_high, children TO scant;
                CREATE ROLE humble LOGIN;
                GRANT SELECT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO humble;
                CREATE DOMAIN address AS text;
                CREATE TYPE mood AS ENUM ('fine', 'sad');
                CREATE TABLE typed (
                    id integer PRIMARY KEY, owner address, code char(5), mood mood, uuid uuid, price numeric(10, 2), ratio float8,
                    born date, at timestamptz, local timestamp, late timestamptz, flag boolean, bytes bytea, tags text[],
                    doc jsonb, ip inet);
                INSERT INTO typed VALUES (1, 'ada', 'ab', 'fine', '6f2c1a3e-0000-4000-8000-000000000001', 1.50, 'NaN',
                    '1990-02-01', '2026-01-02 03:04:05+00', '2026-01-02 03:04:05', 'infinity', true, '\\x0102', '{a,NULL,"b c"}',
                    '{"a": 1}', '10.0.0.1');
                """);
    }

    @AfterAll
    static void close() {
        connector.close();
    }

    @Test
    void a_delete_that_a_foreign_key_would_carry_on_is_for_a_person() throws Exception {
        PostgresStore.run("INSERT INTO parents VALUES (1, 'cascade', 's'); INSERT INTO children VALUES (1, 1)");

        assertRefused(ASK_A_PERSON, () -> delete("parents", 1, "cascade"));
        assertThat(existing("children", 1)).hasSize(1);

        PostgresStore.run("DELETE FROM children WHERE id = 1");
        delete("parents", 1, "cascade");
        assertThat(existing("parents", 1)).isEmpty();
    }

    @Test
    void so_is_one_from_a_partition_and_one_that_reaches_a_partition_or_an_heir() throws Exception {
        PostgresStore.run("""
                INSERT INTO parted VALUES (1, 'parted'), (2, 'parted'), (101, 'parted'), (102, 'parted');
                INSERT INTO to_all VALUES (1, 1);
                INSERT INTO to_high VALUES (1, 101);
                INSERT INTO heirs VALUES (1, 'heir', 'nick'), (2, 'heir', 'other');
                INSERT INTO to_heirs VALUES (1, 'nick');
                """);

        assertRefused(ASK_A_PERSON, () -> delete("low", 1, "parted"));
        assertRefused(ASK_A_PERSON, () -> delete("parted", 1, "parted"));
        assertRefused(ASK_A_PERSON, () -> delete("parted", 101, "parted"));
        assertRefused(ASK_A_PERSON, () -> delete("high", 101, "parted"));
        assertRefused(ASK_A_PERSON, () -> delete("elders", 1, "heir"));
        assertThat(existing("to_all", 1)).hasSize(1);

        delete("low", 2, "parted");
        delete("parted", 102, "parted");
        delete("elders", 2, "heir");
        assertThat(existing("parted", 2)).isEmpty();
        assertThat(existing("parted", 102)).isEmpty();
        assertThat(existing("elders", 2)).isEmpty();
    }

    @Test
    void one_through_a_view_waits_until_nothing_points_to_the_table_behind_it() throws Exception {
        PostgresStore.run("INSERT INTO parents VALUES (31, 'viewed', 's'); INSERT INTO children VALUES (31, 31)");

        assertRefused(ASK_A_PERSON, () -> delete("seen_parents", 31, "viewed"));
        assertThat(existing("children", 31)).hasSize(1);

        PostgresStore.run("DELETE FROM children");
        delete("seen_parents", 31, "viewed");
        assertThat(existing("parents", 31)).isEmpty();
    }

    @Test
    void to_see_it_takes_no_right_but_to_what_the_map_names_and_to_what_points_there() throws Exception {
        PostgresStore.run("""
                INSERT INTO parted VALUES (41, 'scant'), (141, 'scant');
                INSERT INTO to_high VALUES (41, 141);
                INSERT INTO parents VALUES (41, 'scant', 's');
                DELETE FROM children;
                """);
        Map<String, String> settings = new HashMap<>(PostgresStore.settings());
        settings.put("user", "scant");
        try (var scant = (PostgresConnector) new PostgresConnectorFactory().create(settings)) {
            assertRefused(ASK_A_PERSON, () -> delete(scant, "parted", 141, "scant"));
            delete(scant, "parted", 41, "scant");
            delete(scant, "seen_parents", 41, "scant");
        }

        assertThat(existing("parted", 41)).isEmpty();
        assertThat(existing("parted", 141)).hasSize(1);
        assertThat(existing("parents", 41)).isEmpty();
    }

    @Test
    void a_rule_of_a_table_makes_no_view_of_it() throws Exception {
        PostgresStore.run("""
                CREATE TABLE old_way (id bigint PRIMARY KEY, owner text);
                CREATE TABLE old_way_now (PRIMARY KEY (id)) INHERITS (old_way);
                CREATE RULE old_way_insert AS ON INSERT TO old_way DO INSTEAD INSERT INTO old_way_now VALUES (new.*);
                CREATE TABLE to_old_way (id bigint PRIMARY KEY, target bigint REFERENCES old_way_now ON DELETE CASCADE);
                INSERT INTO old_way_now VALUES (1, 'old'), (2, 'old');
                INSERT INTO to_old_way VALUES (1, 1);
                """);

        delete("old_way", 2, "old");
        assertRefused(ASK_A_PERSON, () -> delete("old_way", 1, "old"));
    }

    @Test
    void a_delete_that_others_point_at_is_for_a_person() {
        PostgresStore.run("INSERT INTO parents VALUES (2, 'canary-cling', 's'); INSERT INTO clingers VALUES (1, 2)");

        assertRefused(ASK_A_PERSON, () -> delete("parents", 2, "canary-cling"));
    }

    @Test
    void emptying_what_may_not_be_empty_is_a_mistake_of_the_map_and_quotes_no_row() {
        PostgresStore.run("INSERT INTO parents VALUES (3, 'canary-null', 'canary-secret')");
        Map<String, @Nullable Object> emptied = new HashMap<>();
        emptied.put("secret", null);

        assertRefused(FIX_CONFIGURATION, () -> erase("parents", 3, "canary-null", new Treatment.Replace(emptied)));
        assertRefused(
                ASK_A_PERSON, () -> erase("parents", 3, "canary-null", new Treatment.Replace(Map.of("secret", "bad"))));
    }

    @Test
    void a_row_that_somebody_holds_ends_at_the_deadline_and_can_be_tried_again() throws Exception {
        PostgresStore.run("INSERT INTO parents VALUES (4, 'canary-lock', 's')");
        try (Connection holder = PostgresStore.open();
                var lock = holder.createStatement()) {
            holder.setAutoCommit(false);
            lock.execute("SELECT 1 FROM parents WHERE id = 4 FOR UPDATE");

            assertRefused(
                    TRY_AGAIN,
                    () -> connector.erase(new Batch(
                            UUID.randomUUID(),
                            Place.of("parents", "id"),
                            List.of(new Value.Whole(4)),
                            owner("canary-lock"),
                            new Treatment.Delete(),
                            5,
                            InstantSource.system().instant().plusMillis(700))));
            holder.rollback();
        }

        assertThat(existing("parents", 4)).hasSize(1);
        delete("parents", 4, "canary-lock");
        assertThat(existing("parents", 4)).isEmpty();
    }

    @Test
    void a_key_that_is_not_unique_loses_no_row_in_silence() {
        assertRefused(FIX_CONFIGURATION, () -> find(connector, "loose"));
        assertRefused(FIX_CONFIGURATION, () -> find(connector, "doubles"));
        assertRefused(FIX_CONFIGURATION, () -> find(connector, "hollow"));
    }

    @Test
    void rows_hidden_by_a_policy_are_not_nothing_found() {
        Map<String, String> settings = new HashMap<>(PostgresStore.settings());
        settings.put("user", "humble");
        try (var humble = (PostgresConnector) new PostgresConnectorFactory().create(settings)) {
            assertRefused(FIX_CONFIGURATION, () -> find(humble, "hidden"));
        }
    }

    @Test
    void a_type_that_cannot_be_matched_is_not_nothing_found() {
        Subject byAddress = new Subject(List.of(Match.exactly("ip", Set.of(new Value.Text("10.0.0.1")))));

        assertRefused(FIX_CONFIGURATION, () -> connector.count(Place.of("typed", "id"), byAddress, inTime()));
    }

    @Test
    void reads_each_type_as_the_api_names_it() throws Exception {
        List<Reading.Record> read = new ArrayList<>();
        connector.read(
                new Reading.Batch(
                        Place.of("typed", "id"),
                        List.of(new Value.Whole(1)),
                        owner("ada"),
                        List.of(
                                "uuid", "price", "ratio", "born", "at", "local", "late", "flag", "bytes", "tags",
                                "mood"),
                        inTime()),
                read::add);

        assertThat(read.getFirst().fields())
                .containsEntry("uuid", "6f2c1a3e-0000-4000-8000-000000000001")
                .containsEntry("price", new BigDecimal("1.50"))
                .containsEntry("ratio", "NaN")
                .containsEntry("born", LocalDate.of(1990, 2, 1))
                .containsEntry("at", Instant.parse("2026-01-02T03:04:05Z"))
                .containsEntry("local", Instant.parse("2026-01-02T03:04:05Z"))
                .containsEntry("late", "infinity")
                .containsEntry("flag", true)
                .containsEntry("bytes", new byte[] {1, 2})
                .containsEntry("mood", "fine");
        assertThat((List<?>) read.getFirst().fields().get("tags")).isEqualTo(java.util.Arrays.asList("a", null, "b c"));
    }

    @Test
    void matches_padded_text_enums_and_identifiers_written_in_capitals() throws Exception {
        for (Match match : List.of(
                Match.exactly("code", Set.of(new Value.Text("ab"))),
                Match.exactly("mood", Set.of(new Value.Text("fine"), new Value.Text("no such mood"))),
                Match.exactly("uuid", Set.of(new Value.Text("6F2C1A3E-0000-4000-8000-000000000001"))),
                Match.exactly("price", Set.of(new Value.Whole(1), new Value.Text("2"))),
                Match.exactly("owner", Set.of(new Value.Text("ada"))))) {
            long expected = match.field().equals("price") ? 0 : 1;
            assertThat(connector.count(Place.of("typed", "id"), new Subject(List.of(match)), inTime()))
                    .as(match.field())
                    .isEqualTo(expected);
        }
    }

    @Test
    void works_again_after_the_server_cut_its_connections() throws Exception {
        connector.check();
        PostgresStore.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'habeas' AND pid <> pg_backend_pid()");
        catchThrowable(connector::check);

        connector.check();
    }

    @Test
    void reads_through_connections_that_cannot_write() throws Exception {
        var connections = new Connections(PostgresConfiguration.of(PostgresStore.settings()), true);
        try (connections) {
            assertRefused(
                    TRY_AGAIN,
                    () -> connections.transaction("records", inTime(), session -> {
                        try (var write = session.prepare("DELETE FROM loose")) {
                            return write.executeUpdate();
                        }
                    }));
        }
    }

    @Test
    void a_url_cannot_make_the_driver_load_classes_or_speak_of_rows() {
        for (String parameter :
                List.of("socketFactory=x", "logServerErrorDetail=true", "password=x", "options=-c%20x")) {
            Map<String, String> settings = new HashMap<>(PostgresStore.settings());
            settings.merge("url", "?" + parameter, String::concat);
            assertThatThrownBy(() -> new PostgresConnectorFactory().create(settings))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("url");
        }
    }

    private static void assertRefused(Category category, ThrowingCallable call) {
        Throwable failure = catchThrowable(call);
        assertThat(failure).isInstanceOf(ConnectorException.class).hasNoCause();
        assertThat(((ConnectorException) failure).category())
                .as(failure.getMessage())
                .isEqualTo(category);
        assertThat(failure.toString()).doesNotContain("canary");
    }

    private static void find(PostgresConnector connector, String table) throws ConnectorException {
        connector.find(new Search(Place.of(table, "id"), owner("ada"), List.of(), null, 10, inTime()));
    }

    private static List<Value> existing(String table, long id) throws ConnectorException {
        return connector.existing(Place.of(table, "id"), List.of(new Value.Whole(id)), inTime());
    }

    private static void delete(String table, long id, String owner) throws ConnectorException {
        delete(connector, table, id, owner);
    }

    private static void delete(PostgresConnector connector, String table, long id, String owner)
            throws ConnectorException {
        erase(connector, table, id, owner, new Treatment.Delete());
    }

    private static void erase(String table, long id, String owner, Treatment treatment) throws ConnectorException {
        erase(connector, table, id, owner, treatment);
    }

    private static void erase(PostgresConnector connector, String table, long id, String owner, Treatment treatment)
            throws ConnectorException {
        connector.erase(new Batch(
                UUID.randomUUID(),
                Place.of(table, "id"),
                List.of(new Value.Whole(id)),
                owner(owner),
                treatment,
                5,
                inTime()));
    }

    private static Subject owner(String owner) {
        return new Subject(List.of(Match.exactly("owner", Set.of(new Value.Text(owner)))));
    }

    private static Instant inTime() {
        return InstantSource.system().instant().plusSeconds(60);
    }
}
