// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.KeyClass;
import io.habeas.contracts.RequestKeys;
import io.habeas.contracts.Sealed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

@DisplayNameGeneration(ReplaceUnderscores.class)
class KeyStoreTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String ACME = "acme";
    private static final int POOL = 4;

    @TempDir
    Path home;

    private final KeyDatabase database = KeyDatabase.fresh();
    private final AtomicLong nanos = new AtomicLong();
    private final UUID request = UUID.randomUUID();
    private final UUID otherRequest = UUID.randomUUID();
    private final List<KeyStore> stores = new ArrayList<>();
    private volatile Instant legalTime = Instant.parse("2026-11-22T10:00:00Z");

    private KeyStore store() {
        var store = new KeyStore(
                database,
                home.resolve("keks"),
                (InstantSource) () -> legalTime,
                KeyStoreSettings.defaults().withPool(POOL).withCache(100, nanos::get));
        stores.add(store);
        return store;
    }

    @AfterEach
    void close() {
        database.down(false);
        stores.forEach(KeyStore::close);
    }

    private void letCachesExpire() {
        nanos.addAndGet(Duration.ofSeconds(60).toNanos());
    }

    @Test
    void a_key_opens_in_the_process_that_made_it_and_in_any_other() {
        var store = store();
        var keyId = store.allot(ACME, request, KeyClass.PACKAGE);
        var key = store.key(ACME, request, keyId);
        assertThat(store().key(ACME, request, keyId).export()).isEqualTo(key.export());
        assertThat(key.keyClass()).isEqualTo(KeyClass.PACKAGE);
    }

    @Test
    void a_key_opens_for_its_own_controller_and_request_alone() {
        var store = store();
        var keyId = store.allot(ACME, request, KeyClass.CASE);
        for (var asked : List.of(store, store())) {
            assertThatThrownBy(() -> asked.key("other", request, keyId)).isInstanceOf(KeyRefusedException.class);
            assertThatThrownBy(() -> asked.key(ACME, otherRequest, keyId)).isInstanceOf(KeyRefusedException.class);
            assertThatThrownBy(() -> asked.key(ACME, request, UUID.randomUUID()))
                    .isInstanceOf(KeyRefusedException.class);
            assertThatThrownBy(() -> asked.destroy("other", keyId)).isInstanceOf(KeyRefusedException.class);
        }
    }

    @Test
    void asking_again_for_a_key_of_ones_own_id_gives_the_same_key() {
        var store = store();
        var keyId = UUID.randomUUID();
        store.allot(ACME, request, KeyClass.PACKAGE, keyId);
        var first = store.key(ACME, request, keyId).export();
        store.allot(ACME, request, KeyClass.PACKAGE, keyId);
        assertThat(store.key(ACME, request, keyId).export()).isEqualTo(first);
        assertThatThrownBy(() -> store.allot(ACME, otherRequest, KeyClass.PACKAGE, keyId))
                .isInstanceOf(KeyRefusedException.class);
        assertThatThrownBy(() -> store.allot(ACME, request, KeyClass.CASE, keyId))
                .isInstanceOf(KeyRefusedException.class);
    }

    @Test
    void request_keys_are_durable_before_they_are_handed_out() {
        var keys = store().allotRequestKeys(ACME);
        assertThat(database.texts("SELECT class FROM data_key WHERE id = '" + keys.identity() + "'"))
                .containsExactly("IDENTITY");
        assertThat(database.texts("SELECT class FROM data_key WHERE id = '" + keys.caseKey() + "'"))
                .containsExactly("CASE");
    }

    @Test
    void intake_goes_on_without_the_database_until_the_pool_is_empty() {
        var store = store();
        var sealer = new Sealer(store, JsonMapper.shared());
        store.allotRequestKeys(ACME);
        await().atMost(PATIENCE).until(() -> store.ready(ACME) >= POOL / 2);
        database.down(true);
        var left = store.ready(ACME);
        for (var i = 0; i < left; i++) {
            var keys = store.allotRequestKeys(ACME);
            sealer.seal(ACME, request, "claims", keys.identity(), "x");
            store.bind(keys.identity(), ACME, request);
        }
        assertThatThrownBy(() -> store.allotRequestKeys(ACME)).isInstanceOf(KeyUnavailableException.class);
        database.down(false);
        await().atMost(PATIENCE).until(() -> allots(store));
        await().atMost(PATIENCE)
                .until(() -> database.texts("SELECT id FROM data_key WHERE request_id = '" + request + "'")
                                .size()
                        == left);
    }

    @Test
    void a_pair_that_was_given_back_is_handed_out_again_and_one_that_was_used_is_not() {
        var store = store();
        var unused = store.allotRequestKeys(ACME);
        store.giveBack(ACME, unused);

        var used = store.allotRequestKeys(ACME);
        assertThat(used).isEqualTo(unused);
        store.bind(used.identity(), ACME, request);
        store.giveBack(ACME, used);
        assertThat(store.allotRequestKeys(ACME)).isNotEqualTo(used);
        await().atMost(PATIENCE).until(() -> store.bindingsWaiting() == 0);
        store.giveBack(ACME, used);
        assertThat(store.allotRequestKeys(ACME)).isNotEqualTo(used);
    }

    private static boolean allots(KeyStore store) {
        try {
            store.allotRequestKeys(ACME);
            return true;
        } catch (KeyUnavailableException _) {
            return false;
        }
    }

    @Test
    void opening_fails_closed_while_the_database_is_down() {
        var store = store();
        var keyId = store.allot(ACME, request, KeyClass.CASE);
        store.key(ACME, request, keyId);
        database.down(true);
        store.key(ACME, request, keyId);
        letCachesExpire();
        assertThatThrownBy(() -> store.key(ACME, request, keyId)).isInstanceOf(KeyUnavailableException.class);
        assertThatThrownBy(() -> store.destroy(ACME, keyId)).isInstanceOf(KeyUnavailableException.class);
        assertThatThrownBy(() -> store.allot(ACME, request, KeyClass.CASE)).isInstanceOf(KeyUnavailableException.class);
    }

    @Test
    void no_key_is_handed_out_twice_whatever_the_number_of_processes_and_their_deaths() throws Exception {
        var handed = new ConcurrentLinkedQueue<RequestKeys>();
        for (var round = 0; round < 3; round++) {
            var first = store();
            var second = store();
            try (var threads = Executors.newFixedThreadPool(6)) {
                var running = new ArrayList<Future<?>>();
                for (var thread = 0; thread < 6; thread++) {
                    var mine = thread % 2 == 0 ? first : second;
                    running.add(threads.submit(() -> {
                        for (var i = 0; i < 40; i++) {
                            handed.add(mine.allotRequestKeys(ACME));
                        }
                    }));
                }
                for (var one : running) {
                    one.get();
                }
            }
            stores.clear(); // as a kill does: neither flushed nor given back
        }
        var ids = handed.stream()
                .flatMap(keys -> List.of(keys.identity(), keys.caseKey()).stream())
                .toList();
        assertThat(ids).hasSize(3 * 6 * 40 * 2).doesNotHaveDuplicates();
        var survivor = store();
        assertThatCode(() -> ids.stream().limit(100).forEach(id -> survivor.key(ACME, request, id)))
                .doesNotThrowAnyException();
    }

    @Test
    void a_key_handed_out_by_a_killed_process_opens_what_it_sealed() {
        var killed = store();
        var keys = killed.allotRequestKeys(ACME);
        var sealed = new Sealer(killed, JsonMapper.shared())
                .seal(ACME, request, "replyTo", keys.caseKey(), new Sealed.Contact(null, "a@example.org"));
        stores.clear();
        var opened =
                new Sealer(store(), JsonMapper.shared()).open(ACME, request, "replyTo", sealed, Sealed.Contact.class);
        assertThat(opened.email()).isEqualTo("a@example.org");
    }

    @Test
    void a_process_that_ends_in_order_leaves_no_unused_keys() {
        var store = store();
        var keys = store.allotRequestKeys(ACME);
        store.bind(keys.identity(), ACME, request);
        store.close();
        assertThat(database.texts("SELECT id::text FROM data_key ORDER BY class"))
                .containsExactlyInAnyOrder(
                        keys.identity().toString(), keys.caseKey().toString());
        assertThat(database.texts("SELECT state FROM data_key WHERE id = '" + keys.identity() + "'"))
                .containsExactly("ASSIGNED");
        assertThatThrownBy(() -> store.allotRequestKeys(ACME)).isInstanceOf(KeyUnavailableException.class);
    }

    @Test
    void a_sweep_takes_only_what_no_event_names() {
        var keys = store().allotRequestKeys(ACME);
        stores.clear();
        var named = Set.of(keys.identity(), keys.caseKey());
        store().sweepUnassigned(Instant.now().plusSeconds(3600), ids -> named);
        assertThat(database.texts("SELECT id::text FROM data_key"))
                .containsExactlyInAnyOrder(
                        keys.identity().toString(), keys.caseKey().toString());
    }

    @Test
    void pairs_that_lay_too_long_are_thrown_away_unused() {
        var store = store();
        store.allotRequestKeys(ACME);
        legalTime = legalTime.plus(Duration.ofDays(40));
        var keys = store.allotRequestKeys(ACME);
        assertThat(database.texts(
                        "SELECT to_char(expires_at, 'YYYY-MM') FROM data_key WHERE id = '" + keys.identity() + "'"))
                .containsExactly("2029-01");
    }

    @Test
    void a_bound_key_opens_for_its_request_alone_at_once_and_for_ever() {
        var store = store();
        var keys = store.allotRequestKeys(ACME);
        store.bind(keys.identity(), ACME, request);
        assertThatThrownBy(() -> store.key(ACME, otherRequest, keys.identity()))
                .isInstanceOf(KeyRefusedException.class);
        assertThatCode(() -> store.key(ACME, request, keys.identity())).doesNotThrowAnyException();
        store.bind(keys.caseKey(), ACME, request);
        await().atMost(PATIENCE).until(() -> store.bindingsWaiting() == 0);
        assertThatThrownBy(() -> store.key(ACME, otherRequest, keys.caseKey()))
                .as("nobody asked for it before the binding was stored")
                .isInstanceOf(KeyRefusedException.class);
        await().atMost(PATIENCE).until(() -> database.texts(
                        "SELECT request_id::text FROM data_key WHERE id = '" + keys.identity() + "'")
                .contains(request.toString()));
        assertThatThrownBy(() -> store().key(ACME, otherRequest, keys.identity()))
                .isInstanceOf(KeyRefusedException.class);
    }

    @Test
    void a_binding_is_repeated_without_harm_and_never_changed() {
        var store = store();
        var keys = store.allotRequestKeys(ACME);
        for (var id : List.of(request, request, otherRequest)) {
            store.bind(keys.identity(), ACME, id);
            await().atMost(PATIENCE).until(() -> store.bindingsWaiting() == 0);
        }
        assertThat(database.texts("SELECT request_id::text FROM data_key WHERE id = '" + keys.identity() + "'"))
                .containsExactly(request.toString());
    }

    @Test
    void no_index_looks_at_what_a_binding_changes() {
        store();

        assertThat(database.texts("SELECT indexdef FROM pg_indexes WHERE tablename = 'data_key'"))
                .as("else each binding writes the row anew, and an entry in every index")
                .isNotEmpty()
                .noneMatch(index -> index.contains("request_id") || index.contains("state"));
    }

    @Test
    void a_destroyed_key_is_a_tombstone_and_its_copies_are_unreadable() {
        var store = store();
        var keyId = store.allot(ACME, request, KeyClass.IDENTITY);
        var sealer = new Sealer(store, JsonMapper.shared());
        var copyOfEvent = sealer.seal(ACME, request, "claims", keyId, "ada@example.org");
        store.destroy(ACME, keyId);
        store.destroy(ACME, keyId);
        assertThatThrownBy(() -> sealer.open(ACME, request, "claims", copyOfEvent, String.class))
                .isInstanceOf(KeyDestroyedException.class);
        assertThatThrownBy(() -> sealer.seal(ACME, request, "claims", keyId, "x"))
                .isInstanceOf(KeyDestroyedException.class);
        assertThatThrownBy(() -> new Sealer(store(), JsonMapper.shared())
                        .open(ACME, request, "claims", copyOfEvent, String.class))
                .isInstanceOf(KeyDestroyedException.class);
        assertThat(database.texts("""
                SELECT concat_ws(' ', class, state, wrapped IS NULL, destroyed_at AT TIME ZONE 'UTC', reason) FROM data_key""")).containsExactly("IDENTITY DESTROYED t 2026-11-22 10:00:00 PURPOSE_ENDED");
    }

    @Test
    void another_process_forgets_a_destroyed_key_within_a_minute() {
        var store = store();
        var other = store();
        var keyId = store.allot(ACME, request, KeyClass.CASE);
        other.key(ACME, request, keyId);
        store.destroy(ACME, keyId);
        letCachesExpire();
        assertThatThrownBy(() -> other.key(ACME, request, keyId)).isInstanceOf(KeyDestroyedException.class);
    }

    @Test
    void a_restored_backup_brings_no_destroyed_key_back() {
        var store = store();
        var keyId = store.allot(ACME, request, KeyClass.CASE);
        database.execute("CREATE TABLE backup AS SELECT * FROM data_key");
        store.destroy(ACME, keyId);
        database.execute("DELETE FROM data_key");
        database.execute("INSERT INTO data_key SELECT * FROM backup");
        database.execute("DROP TABLE backup");
        assertThatThrownBy(() -> store().key(ACME, request, keyId)).isInstanceOf(KeyDestroyedException.class);
        assertThat(database.texts("SELECT reason FROM data_key")).containsExactly("REAPPLIED");
    }

    @Test
    void a_lost_file_is_an_error_and_never_made_again() throws IOException {
        var store = store();
        var keyId = store.allot(ACME, request, KeyClass.CASE);
        var file = kekFiles().getFirst();
        var material = Files.readAllBytes(file);
        Files.delete(file);
        var other = store();
        assertThatThrownBy(() -> other.key(ACME, request, keyId))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining(file.toString());
        assertThatThrownBy(() -> other.allot(ACME, request, KeyClass.CASE)).isInstanceOf(KeyUnavailableException.class);
        assertThatThrownBy(other::check).isInstanceOf(KeyUnavailableException.class);
        assertThat(kekFiles()).isEmpty();
        Files.write(file, material);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> other.key(ACME, request, keyId))
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("chmod");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThatCode(() -> other.key(ACME, request, keyId)).doesNotThrowAnyException();
        assertThatCode(other::check).doesNotThrowAnyException();
    }

    @Test
    void another_file_under_the_same_name_is_not_believed() throws IOException {
        var keyId = store().allot(ACME, request, KeyClass.CASE);
        Files.write(kekFiles().getFirst(), new byte[DataKey.BYTES]);
        assertThatThrownBy(() -> store().key(ACME, request, keyId)).isInstanceOf(KeyUnavailableException.class);
    }

    @Test
    void a_wrapped_key_opens_in_no_other_row() {
        var store = store();
        var first = store.allot(ACME, request, KeyClass.CASE);
        var second = store.allot(ACME, otherRequest, KeyClass.CASE);
        database.execute("UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE id = '" + first
                + "') WHERE id = '" + second + "'");
        assertThatThrownBy(() -> store().key(ACME, otherRequest, second)).isInstanceOf(KeyUnavailableException.class);
    }

    @Test
    void files_and_directories_are_closed_to_others_and_open_ones_are_refused() throws IOException {
        store().allot(ACME, request, KeyClass.CASE);
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(kekFiles().getFirst())))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(home.resolve("keks"), PosixFilePermissions.fromString("rwxr-x---"));
        assertThatThrownBy(this::store)
                .isInstanceOf(KeyUnavailableException.class)
                .hasMessageContaining("chmod");
    }

    @Test
    void a_month_that_is_over_takes_all_its_keys_with_it() throws IOException {
        var store = store();
        var dying = store.allot(ACME, request, KeyClass.PACKAGE);
        var prolonged = store.allot(ACME, request, KeyClass.PACKAGE);
        var later = store.allot(ACME, request, KeyClass.CASE);
        var material = store.key(ACME, request, prolonged).export();
        store.prolong(ACME, prolonged, Instant.parse("2028-02-10T00:00:00Z"));
        var month = YearMonth.of(2027, 5);
        assertThatThrownBy(() -> store.destroyMonth(ACME, month)).isInstanceOf(IllegalArgumentException.class);
        legalTime = Instant.parse("2027-06-01T00:00:00Z");
        store.destroyEndedMonths(legalTime);
        assertThatThrownBy(() -> store.key(ACME, request, dying)).isInstanceOf(KeyDestroyedException.class);
        assertThat(store.key(ACME, request, prolonged).export()).isEqualTo(material);
        assertThatCode(() -> store.key(ACME, request, later)).doesNotThrowAnyException();
        assertThat(kekFiles())
                .hasSize(2)
                .noneMatch(file -> file.getFileName().toString().startsWith("2027-05"));
        assertThat(database.texts("SELECT reason FROM data_key WHERE wrapped IS NULL"))
                .containsExactly("MONTH_ENDED");
    }

    @Test
    void a_month_that_ends_while_keys_are_prolonged_is_left_for_the_next_time() {
        var store = store();
        var inUse = store.allot(ACME, request, KeyClass.PACKAGE);
        var now = Instant.parse("2027-05-31T23:59:59Z");

        store.prolongEnded(Set.of(KeyClass.PACKAGE), now, now.plus(Duration.ofDays(365)));
        legalTime = Instant.parse("2027-06-01T00:00:01Z");
        store.destroyEndedMonths(now);

        assertThatCode(() -> store.key(ACME, request, inUse)).doesNotThrowAnyException();
    }

    @Test
    void who_looks_again_gives_out_nothing_that_another_process_has_destroyed() {
        var one = store();
        var other = store();
        var keyId = one.allot(ACME, request, KeyClass.CASE);
        other.key(ACME, request, keyId);

        one.destroy(ACME, keyId);
        other.lookAgain(keyId);

        assertThatThrownBy(() -> other.key(ACME, request, keyId)).isInstanceOf(KeyDestroyedException.class);
    }

    @Test
    void a_file_that_comes_back_after_its_month_was_destroyed_goes_at_the_next_start() throws IOException {
        var store = store();
        store.allot(ACME, request, KeyClass.PACKAGE);
        var file = kekFiles().getFirst();
        var material = Files.readAllBytes(file);
        legalTime = Instant.parse("2027-06-01T00:00:00Z");
        store.destroyEndedMonths(legalTime);
        Files.write(file, material);
        store();
        assertThat(kekFiles()).isEmpty();
    }

    @Test
    void a_destroyed_key_is_not_prolonged_into_life() {
        var store = store();
        var keyId = store.allot(ACME, request, KeyClass.PACKAGE);
        store.destroy(ACME, keyId);
        assertThatThrownBy(() -> store.prolong(ACME, keyId, Instant.parse("2028-02-10T00:00:00Z")))
                .isInstanceOf(KeyDestroyedException.class);
        assertThatThrownBy(() -> store().key(ACME, request, keyId)).isInstanceOf(KeyDestroyedException.class);
    }

    @Test
    void keys_of_one_month_share_one_file_whoever_makes_them() throws Exception {
        var processes = List.of(store(), store(), store(), store());
        try (var threads = Executors.newFixedThreadPool(4)) {
            var made = new ArrayList<Future<UUID>>();
            for (var process : processes) {
                made.add(threads.submit(() -> process.allot(ACME, request, KeyClass.CASE)));
            }
            for (var one : made) {
                store().key(ACME, request, one.get());
            }
        }
        assertThat(kekFiles()).hasSize(1);
        assertThat(kekFiles().getFirst().getFileName().toString())
                .startsWith(YearMonth.from(legalTime.atOffset(ZoneOffset.UTC).plus(Period.ofYears(7))) + "_");
    }

    @Test
    void a_dump_of_the_database_opens_nothing() throws IOException {
        var store = store();
        var hashes = new KeyedHashes(store, new Normalizer());
        hashes.lookup(ACME, new Identifier(IdentifierKind.EMAIL, "a@example.org"), legalTime);
        var secrets = new ArrayList<byte[]>();
        for (var keyClass : KeyClass.values()) {
            secrets.add(store.key(ACME, request, store.allot(ACME, request, keyClass))
                    .export());
        }
        for (var file : kekFiles()) {
            secrets.add(Files.readAllBytes(file));
        }
        var dump = database.dump();
        assertThat(dump).contains("LOOKUP").hasSizeGreaterThan(1000);
        List<UnaryOperator<String>> halves = List.of(hex -> hex.substring(0, 32), hex -> hex.substring(32));
        for (var secret : secrets) {
            var hex = HexFormat.of().formatHex(secret);
            halves.forEach(half -> assertThat(dump).doesNotContainIgnoringCase(half.apply(hex)));
            assertThat(dump).doesNotContain(Base64.getEncoder().withoutPadding().encodeToString(secret));
        }
    }

    private List<Path> kekFiles() {
        try (var files = Files.walk(home.resolve("keks"))) {
            return files.filter(file -> file.toString().endsWith(".kek"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
