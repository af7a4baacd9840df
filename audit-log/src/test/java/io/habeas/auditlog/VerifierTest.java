// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verifier for auditors, which shares no code with the log: on logs that were tampered with in every way we know. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class VerifierTest {

    private static final Path VERIFIER = Path.of("verifier/HabeasVerifier.java").toAbsolutePath();
    private static final Instant NOW = Instant.parse("2026-11-26T10:15:30.123456Z");
    private static final NoteSigner SIGNER = NoteSigner.ofSeed("example.org/log", new byte[32]);
    private static final NoteSigner OTHER = NoteSigner.ofSeed("example.org/log", seed(7));

    @TempDir
    private static Path classes;

    private static Method run;

    @TempDir
    private Path folder;

    /** @param status 0 good, 1 bad, 2 not checkable */
    private record Verdict(int status, String said) {}

    @BeforeAll
    static void compile() throws Exception {
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", classes.toString(), VERIFIER.toString());
        assertThat(status).isZero();
        @SuppressWarnings("resource")
        var loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, null);
        run = loader.loadClass("HabeasVerifier").getDeclaredMethod("run", String[].class, PrintStream.class);
        run.setAccessible(true);
    }

    @Test
    void a_log_of_any_size_is_good() throws Exception {
        for (int size : new int[] {0, 1, 2, 255, 256, 257, 511, 512, 700}) {
            var log = write(folder.resolve("log-" + size), entries(size), SIGNER);

            assertThat(verify(log)).as("size " + size).matches(it -> it.status() == 0);
        }
    }

    @Test
    void tiles_of_a_second_level_are_checked() throws Exception {
        var log = write(folder.resolve("log"), entries(66_000), SIGNER);

        assertThat(verify(log)).matches(it -> it.status() == 0);

        var second = log.resolve("tile/2/000.p/1");
        flip(second, 3);
        assertThat(verify(log)).matches(it -> it.status() == 1).matches(it -> it.said()
                .contains(second.toString()));
        flip(second, 3);
        var first = log.resolve("tile/1/000");
        flip(first, 32 * 17);
        assertThat(verify(log).said()).contains(first.toString(), "hash 17");
    }

    @Test
    void it_runs_as_a_program_of_one_file() throws Exception {
        var log = write(folder.resolve("log"), entries(40), SIGNER);
        var good = process(log.toString());
        flip(log.resolve("tile/entries/000.p/40"), 30);
        var bad = process(log.toString());

        assertThat(good).matches(it -> it.status() == 0).matches(it -> it.said()
                .startsWith("GOOD example.org/log, 40 entries"));
        assertThat(good.said()).contains("can not show");
        assertThat(bad).matches(it -> it.status() == 1).matches(it -> it.said().startsWith("BAD  entry 0: "));
    }

    @Test
    void any_byte_that_is_flipped_is_found_and_its_entry_named() throws Exception {
        var entries = entries(5);
        var log = write(folder.resolve("log"), entries, SIGNER);
        var bundle = log.resolve("tile/entries/000.p/5");
        int at = 0;
        for (int i = 0; i < entries.size(); i++) {
            for (int end = at + 2 + entries.get(i).length; at < end; at++) {
                flip(bundle, at);
                var verdict = verify(log);
                assertThat(verdict.status()).as("byte " + at).isEqualTo(1);
                assertThat(verdict.said()).as("byte " + at).startsWith("BAD  entry ");
                if (at > end - entries.get(i).length) {
                    assertThat(verdict.said()).startsWith("BAD  entry " + i + ":");
                }
                flip(bundle, at);
            }
        }
        for (var other : List.of(log.resolve("tile/0/000.p/5"), log.resolve("checkpoint"))) {
            for (int i = 0; i < Files.size(other); i++) {
                flip(other, i);
                assertThat(verify(log).status()).as(other + " byte " + i).isEqualTo(1);
                flip(other, i);
            }
        }
        assertThat(verify(log).status()).isZero();
    }

    @Test
    void a_flip_anywhere_in_a_larger_log_is_found() throws Exception {
        var log = write(folder.resolve("log"), entries(700), SIGNER);
        var random = new Random(20_261_126);
        List<Path> files;
        try (var all = Files.walk(log.resolve("tile"))) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (int i = 0; i < 200; i++) {
            var file = files.get(random.nextInt(files.size()));
            int at = random.nextInt((int) Files.size(file));
            flip(file, at);
            assertThat(verify(log).status()).as(file + " byte " + at).isEqualTo(1);
            flip(file, at);
        }
        for (var file : files) {
            var held = Files.readAllBytes(file);
            Files.delete(file);
            assertThat(verify(log))
                    .as("without " + file)
                    .matches(it -> it.status() == 1 && it.said().contains(file + ": it is missing"));
            Files.write(file, held);
        }
    }

    @Test
    void an_entry_that_is_dropped_swapped_or_inserted_is_found_at_its_place() throws Exception {
        var honest = entries(300);
        var log = write(folder.resolve("log"), honest, SIGNER);

        var dropped = new ArrayList<>(honest);
        dropped.remove(270);
        bundles(log, dropped);
        Files.move(
                log.resolve("tile/entries/001.p/43"),
                log.resolve("tile/entries/001.p/44"),
                StandardCopyOption.REPLACE_EXISTING);
        assertThat(verify(log).said()).startsWith("BAD  entry 270:");

        var swapped = new ArrayList<>(honest);
        swapped.set(20, honest.get(21));
        swapped.set(21, honest.get(20));
        bundles(log, swapped);
        assertThat(verify(log).said()).startsWith("BAD  entry 20:");

        var inserted = new ArrayList<>(honest);
        inserted.add(280, entry(9, 9));
        bundles(log, inserted.subList(0, 300));
        assertThat(verify(log).said()).startsWith("BAD  entry 280:");
        bundles(log, inserted);
        Files.move(
                log.resolve("tile/entries/001.p/45"),
                log.resolve("tile/entries/001.p/44"),
                StandardCopyOption.REPLACE_EXISTING);
        assertThat(verify(log).said()).startsWith("BAD  entry 280:");
    }

    @Test
    void a_log_that_was_written_anew_and_signed_again_is_betrayed_by_an_older_checkpoint() throws Exception {
        var honest = entries(300);
        var earlier = write(folder.resolve("earlier"), honest.subList(0, 200), SIGNER);
        var changed = new ArrayList<>(honest);
        changed.set(150, entry(150 % 7, 150 / 7, "somebody else"));
        var log = write(folder.resolve("log"), changed, SIGNER);
        assertThat(verify(log).status()).isZero();

        var older = earlier.resolve("checkpoint");
        assertThat(verify(log, "--older", older.toString()))
                .matches(it -> it.status() == 1)
                .matches(it ->
                        it.said().startsWith("BAD  " + older + ": its root is not that of the first 200 entries"));

        Files.createDirectories(log.resolve("older-checkpoints"));
        Files.copy(older, log.resolve("older-checkpoints/200"));
        assertThat(verify(log).status()).isEqualTo(1);
    }

    @Test
    void a_log_that_only_grew_agrees_with_all_its_checkpoints_and_one_that_was_cut_off_does_not() throws Exception {
        var honest = entries(300);
        var log = write(folder.resolve("log"), honest, SIGNER);
        Files.createDirectories(log.resolve("older-checkpoints"));
        for (int size : new int[] {0, 1, 100, 256, 299, 300}) {
            Files.copy(
                    write(folder.resolve("at-" + size), honest.subList(0, size), SIGNER)
                            .resolve("checkpoint"),
                    log.resolve("older-checkpoints/" + size));
        }

        assertThat(verify(log)).matches(it -> it.status() == 0).matches(it -> it.said()
                .contains("6 older checkpoints"));

        var cut = write(folder.resolve("cut"), honest.subList(0, 299), SIGNER);
        assertThat(verify(cut, "--older", log.resolve("checkpoint").toString()).said())
                .contains("the log had 300 entries and has 299 now");
    }

    @Test
    void another_key_is_not_taken_for_the_logs() throws Exception {
        var log = write(folder.resolve("log"), entries(10), OTHER);
        Files.writeString(log.resolve("keys.txt"), SIGNER.verifierKey() + "\n");

        assertThat(verify(log)).matches(it -> it.status() == 1).matches(it -> it.said()
                .contains("none of the given keys has signed it"));
    }

    @Test
    void a_request_with_a_hole_a_double_or_a_row_out_of_place_is_named() throws Exception {
        var hole = List.of(entry(1, 0), entry(2, 0), entry(1, 2));
        var twice = List.of(entry(1, 0), entry(1, 1), entry(2, 0), entry(1, 1));
        var early = List.of(entry(1, 0), entry(1, 2), entry(1, 1));
        var late = List.of(entry(1, 1), entry(1, 2));

        assertThat(verify(write(folder.resolve("hole"), hole, SIGNER)).said())
                .startsWith("BAD  entry 2: it has sequence 2");
        assertThat(verify(write(folder.resolve("twice"), twice, SIGNER)).said())
                .startsWith("BAD  entry 3: it has sequence 1");
        assertThat(verify(write(folder.resolve("early"), early, SIGNER)).said())
                .startsWith("BAD  entry 1: it has sequence 2");
        assertThat(verify(write(folder.resolve("late"), late, SIGNER)).said())
                .startsWith("BAD  entry 0: it has sequence 1");
    }

    @Test
    void what_a_restored_service_tells_anew_is_good_and_named_once_its_generation_was_begun() throws Exception {
        var log = List.of(
                entry(1, 0),
                entry(1, 1),
                entry(1, 2),
                begun("request", 2),
                entry(2, 0, 2, 1),
                entry(1, 1, 2, 1),
                entry(1, 2, 2, 1),
                begun("request", 3),
                entry(1, 3, 3, 1));

        var verdict = verify(write(folder.resolve("log"), log, SIGNER));

        assertThat(verdict.status()).as(verdict.said()).isZero();
        assertThat(verdict.said())
                .contains("SEAM entry 3: request began generation 2 by the word of operator-7")
                .contains("SEAM entry 7: request began generation 3")
                .contains("entry 5: from sequence 1 on its request is told anew in generation 2")
                .doesNotContain("entry 8: from");
    }

    @Test
    void what_is_told_anew_in_silence_is_bad() throws Exception {
        var cases = Map.of(
                "no-word", List.of(entry(1, 0), entry(1, 1), entry(1, 1, 2, 1)),
                "same-generation", List.of(entry(1, 0), entry(1, 1), begun("request", 2), entry(1, 1)),
                "word-of-another", List.of(entry(1, 0), begun("fulfillment", 2), entry(1, 0, 2, 1)),
                "word-afterwards", List.of(entry(1, 0), entry(1, 0, 2, 1), begun("request", 2)),
                "skipped", List.of(entry(1, 0), begun("request", 3), entry(1, 0, 3, 1)),
                "back", List.of(entry(1, 0), begun("request", 2), entry(1, 1, 2, 1), entry(1, 2)),
                "hole", List.of(entry(1, 0), begun("request", 2), entry(1, 2, 2, 1)),
                "by-another-name", List.of(entry(1, 0), renamed(begun("request", 2)), entry(1, 0, 2, 1)));
        for (var one : cases.entrySet()) {
            var verdict = verify(write(folder.resolve(one.getKey()), one.getValue(), SIGNER));
            assertThat(verdict.status())
                    .as(one.getKey() + ": " + verdict.said())
                    .isEqualTo(1);
            assertThat(verdict.said()).as(one.getKey()).startsWith("BAD  entry ");
        }
    }

    private static byte[] begun(String service, long generation) {
        return new LogEntry(
                        service,
                        generation,
                        UUID.nameUUIDFromBytes(("habeas|generations|" + service).getBytes(StandardCharsets.UTF_8)),
                        generation - 2,
                        new UUID(1, generation),
                        "generation.begun",
                        1,
                        NOW,
                        "*",
                        "operator-7",
                        null,
                        null)
                .bytes();
    }

    private static byte[] renamed(byte[] begun) {
        var entry = LogEntry.parse(begun);
        return new LogEntry(
                        entry.service(),
                        entry.generation(),
                        new UUID(0x7000, 9),
                        entry.sequence(),
                        entry.event(),
                        entry.type(),
                        1,
                        NOW,
                        "*",
                        "operator-7",
                        null,
                        null)
                .bytes();
    }

    private static byte[] entry(int request, long sequence, long generation, int salt) {
        return new LogEntry(
                        "request",
                        generation,
                        new UUID(0x7000, request),
                        sequence,
                        new UUID(request + 100L * salt, sequence),
                        "request.noted",
                        1,
                        NOW,
                        "acme",
                        "requester",
                        null,
                        null)
                .bytes();
    }

    @Test
    void an_entry_that_is_not_canonical_is_named() throws Exception {
        for (var change : List.<String[]>of(
                new String[] {"{\"actor\"", "{ \"actor\""},
                new String[] {"\"v\":1", "\"v\":2"},
                new String[] {"\"sequence\":0", "\"sequence\":00"},
                new String[] {"\"sequence\":0", "\"sequence\":-1"},
                new String[] {"\"v\":1}", "\"v\":1,\"w\":1}"},
                new String[] {"\"requester\"", "\"" + "\\n".repeat(30_000) + "x\""})) {
            var odd = new String(entry(1, 0), StandardCharsets.UTF_8).replace(change[0], change[1]);
            var log = write(
                    folder.resolve(UUID.randomUUID().toString()),
                    List.of(entry(2, 0), odd.getBytes(StandardCharsets.UTF_8)),
                    SIGNER);
            var verdict = verify(log);
            if (change[1].length() > 1_000) {
                // canonical, but longer than any entry of ours: good or bad, and no stack trace
                assertThat(verdict.status()).isIn(0, 1);
            } else {
                assertThat(verdict.said()).startsWith("BAD  entry 1: it is not an entry in canonical form");
            }
        }
    }

    @Test
    void a_receipt_is_good_for_its_entry_alone() throws Exception {
        var entries = entries(300);
        var tiles = new HashMap<String, byte[]>();
        var tree = tree(entries, tiles);
        var note = SIGNER.sign(new Checkpoint("example.org/log", 300, tree.root()).text());
        var proof = new LogProof(123, GrowingTree.inclusion(123, 300, store(tiles)), note);
        var key = SIGNER.verifierKey();
        var file = Files.writeString(
                folder.resolve("r.tlog-proof"),
                proof.withExtra(entries.get(123)).text());
        var bare = Files.writeString(folder.resolve("bare.tlog-proof"), proof.text());
        var right = Files.write(folder.resolve("right"), entries.get(123));
        var wrong = Files.write(folder.resolve("wrong"), entries.get(124));

        assertThat(verdict("--receipt", file.toString(), "--key", key).said()).startsWith("GOOD entry 123 of 300");
        assertThat(verdict("--receipt", bare.toString(), "--key", key, "--entry", right.toString())
                        .status())
                .isZero();
        assertThat(verdict("--receipt", bare.toString(), "--key", key, "--entry", wrong.toString())
                        .status())
                .isEqualTo(1);
        assertThat(verdict("--receipt", bare.toString(), "--key", key).status()).isEqualTo(2);
        assertThat(verdict("--receipt", file.toString(), "--key", OTHER.verifierKey())
                        .status())
                .isEqualTo(1);
        for (int i = 0; i < Files.size(file); i++) {
            flip(file, i);
            assertThat(verdict("--receipt", file.toString(), "--key", key).status())
                    .as("byte " + i)
                    .isIn(1, 2);
            flip(file, i);
        }
    }

    @Test
    void garbage_gets_an_answer_and_no_stack_trace() throws Exception {
        var random = new Random(4);
        for (int i = 0; i < 150; i++) {
            var log = write(folder.resolve("log-" + i), entries(3), SIGNER);
            var files = List.of("checkpoint", "keys.txt", "tile/0/000.p/3", "tile/entries/000.p/3");
            var file = log.resolve(files.get(i % files.size()));
            var bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            Files.write(file, bytes);
            var verdict = verify(log);
            assertThat(verdict.status()).as(file.toString()).isIn(1, 2);
            assertThat(verdict.said()).doesNotContain("\tat ");
        }
        assertThat(verdict().status()).isEqualTo(2);
        assertThat(verdict("--older").status()).isEqualTo(2);
        assertThat(verdict(folder.resolve("nothing").toString()).said()).startsWith("cannot check: there is no ");
    }

    private static Verdict verify(Path log, String... more) throws Exception {
        var arguments = new ArrayList<>(List.of(log.toString()));
        arguments.addAll(List.of(more));
        return verdict(arguments.toArray(new String[0]));
    }

    private static Verdict verdict(String... arguments) throws Exception {
        var said = new ByteArrayOutputStream();
        int status = (int) run.invoke(null, arguments, new PrintStream(said, true, StandardCharsets.UTF_8));
        return new Verdict(status, said.toString(StandardCharsets.UTF_8));
    }

    private static Verdict process(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), VERIFIER.toString()));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return new Verdict(process.exitValue(), said);
    }

    private static Path write(Path log, List<byte[]> entries, NoteSigner signer) throws IOException {
        var tiles = new HashMap<String, byte[]>();
        var tree = tree(entries, tiles);
        for (var tile : tiles.entrySet()) {
            if (isOf(tile.getKey(), entries.size())) {
                put(log.resolve(tile.getKey()), tile.getValue());
            }
        }
        bundles(log, entries);
        put(
                log.resolve("checkpoint"),
                signer.sign(new Checkpoint("example.org/log", entries.size(), tree.root()).text())
                        .getBytes(StandardCharsets.UTF_8));
        put(log.resolve("keys.txt"), (signer.verifierKey() + "\n").getBytes(StandardCharsets.UTF_8));
        return log;
    }

    /** Of partial tiles only the last one of a size stays; earlier ones are of smaller logs. */
    private static boolean isOf(String path, int size) {
        if (!path.contains(".p/")) {
            return true;
        }
        var parts = path.split("/");
        int level = Integer.parseInt(parts[1]);
        long width = (long) size >> (8 * level);
        return path.endsWith(".p/" + width % 256);
    }

    private static GrowingTree tree(List<byte[]> entries, Map<String, byte[]> tiles) {
        var tree = new GrowingTree(0, store(tiles));
        for (int from = 0; from < entries.size(); from += 1_000) {
            var some = entries.subList(from, Math.min(entries.size(), from + 1_000));
            tree.append(some.stream().map(Hashing::leaf).toList())
                    .forEach(tile -> tiles.put(tile.path(), tile.hashes()));
        }
        return tree;
    }

    private static TileStore store(Map<String, byte[]> tiles) {
        return (level, number, width) -> {
            var full = tiles.get(new Tile(level, number, new byte[32 * 256]).path());
            var found = full != null ? full : tiles.get(new Tile(level, number, new byte[32 * width]).path());
            return Optional.ofNullable(found).map(bytes -> Arrays.copyOf(bytes, 32 * width));
        };
    }

    private static void bundles(Path log, List<byte[]> entries) throws IOException {
        for (int from = 0; from < entries.size(); from += 256) {
            var some = entries.subList(from, Math.min(entries.size(), from + 256));
            var bundle = new ByteArrayOutputStream();
            for (var entry : some) {
                bundle.write(entry.length >>> 8);
                bundle.write(entry.length);
                bundle.writeBytes(entry);
            }
            put(log.resolve(Tile.entriesPath(from / 256, some.size())), bundle.toByteArray());
        }
    }

    private static void put(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private static void flip(Path file, int at) {
        try {
            var bytes = Files.readAllBytes(file);
            bytes[at] ^= 1;
            Files.write(file, bytes);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Rows about seven requests in turn. */
    private static List<byte[]> entries(int size) {
        var entries = new ArrayList<byte[]>();
        for (int i = 0; i < size; i++) {
            entries.add(entry(i % 7, i / 7));
        }
        return entries;
    }

    private static byte[] entry(int request, long sequence) {
        return entry(request, sequence, "requester");
    }

    private static byte[] entry(int request, long sequence, String actor) {
        return new LogEntry(
                        "request",
                        1,
                        new UUID(0x7000, request),
                        sequence,
                        new UUID(request, sequence),
                        "request.noted",
                        1,
                        NOW,
                        "acme",
                        actor,
                        sequence % 2 == 0 ? "acme@1#rights" : null,
                        sequence % 3 == 0 ? null : new byte[32])
                .bytes();
    }

    private static byte[] seed(int value) {
        var seed = new byte[32];
        Arrays.fill(seed, (byte) value);
        return seed;
    }
}
