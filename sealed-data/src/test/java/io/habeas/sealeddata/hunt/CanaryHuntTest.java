// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata.hunt;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.FileRecords;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.SimpleRecord;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CanaryHuntTest {

    private static final List<String> MARKS =
            List.of("Kanari.Vogel-77@example.org", "Zoë \"Kanarienvogel\" O'Brien/Łoś", "金丝雀测试用户甲乙");

    @TempDir
    Path home;

    private final CanaryHunt hunt = new CanaryHunt(MARKS);

    static Stream<Arguments> plants() {
        var plants = new ArrayList<Arguments>();
        for (var mark : MARKS) {
            for (var written : List.of(mark, mark.toUpperCase(Locale.ROOT), mark.toLowerCase(Locale.ROOT))) {
                var utf8 = written.getBytes(UTF_8);
                plants.add(Arguments.of(mark, "plain", utf8));
                plants.add(Arguments.of(mark, "json", json(written).getBytes(UTF_8)));
                plants.add(Arguments.of(
                        mark,
                        "json, capitals",
                        json(written)
                                .toUpperCase(Locale.ROOT)
                                .replace("\\U", "\\u")
                                .getBytes(UTF_8)));
                plants.add(Arguments.of(
                        mark, "url", URLEncoder.encode(written, UTF_8).getBytes(UTF_8)));
                plants.add(Arguments.of(mark, "utf-16le", written.getBytes(UTF_16LE)));
                plants.add(Arguments.of(mark, "utf-16be", written.getBytes(UTF_16BE)));
                plants.add(
                        Arguments.of(mark, "hex", HexFormat.of().formatHex(utf8).getBytes(UTF_8)));
                plants.add(Arguments.of(
                        mark,
                        "HEX",
                        HexFormat.of().withUpperCase().formatHex(utf8).getBytes(UTF_8)));
                for (var before : List.of("", "\"", "\":", "{\"n")) {
                    var framed = (before + written + "\",\"next\":1}").getBytes(UTF_8);
                    plants.add(Arguments.of(mark, "base64", Base64.getEncoder().encode(framed)));
                    plants.add(Arguments.of(
                            mark,
                            "base64url",
                            Base64.getUrlEncoder().withoutPadding().encode(framed)));
                    plants.add(Arguments.of(
                            mark,
                            "mime",
                            Base64.getMimeEncoder(20, new byte[] {'\r', '\n'}).encode(framed)));
                }
            }
        }
        return plants.stream();
    }

    private static String json(String text) {
        var escaped = new StringBuilder();
        text.chars().forEach(unit -> escaped.append(String.format(Locale.ROOT, "\\u%04x", unit)));
        return escaped.toString();
    }

    @ParameterizedTest(name = "{1} of {0}")
    @MethodSource("plants")
    void a_mark_is_found_however_it_is_written(String mark, String encoding, byte[] planted) throws IOException {
        var noise = noise(1000);
        hunt.through("stream", new ByteArrayInputStream(concat(noise, planted, noise(500))));
        assertThat(hunt.finds()).as(encoding).isNotEmpty().allMatch(find -> find.mark()
                .equals(mark));
        assertThat(hunt.finds().getFirst().offset()).isBetween(noise.length - 80L, noise.length + 8L);
    }

    @Test
    void where_there_is_no_mark_nothing_is_found() throws IOException {
        hunt.through("noise", new ByteArrayInputStream(noise(5_000_000)));
        hunt.through(
                "text",
                new ByteArrayInputStream(
                        "Kanari.Vogel-78@example.org".repeat(1000).getBytes(UTF_8)));
        assertThat(hunt.finds()).isEmpty();
        assertThat(hunt.bytes()).isGreaterThan(5_000_000);
    }

    @Test
    void a_mark_across_the_seam_of_two_pieces_is_found_once_at_its_offset() throws IOException {
        var mark = MARKS.getFirst().getBytes(UTF_8);
        for (var shift = -mark.length - 1; shift <= 1; shift++) {
            var before = new byte[io.habeas.sealeddata.hunt.Stream.piece() + shift];
            var one = new CanaryHunt(MARKS);
            one.through("seam", new ByteArrayInputStream(concat(before, mark, new byte[700_000])));
            assertThat(one.finds()).containsExactly(new Find("seam", before.length, MARKS.getFirst(), "UTF-8"));
        }
    }

    @Test
    void files_below_a_directory_are_read_with_their_names_and_unpacked() throws IOException {
        var deep = Files.createDirectories(home.resolve("a/b"));
        Files.writeString(deep.resolve("log.txt"), "INFO " + MARKS.getFirst());
        Files.writeString(deep.resolve(MARKS.getFirst() + ".txt"), "empty");
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(MARKS.get(2).repeat(3).getBytes(UTF_8));
        }
        Files.write(deep.resolve("old.log.gz"), packed.toByteArray());
        hunt.through(home);
        assertThat(hunt.files()).isEqualTo(3);
        assertThat(hunt.finds())
                .extracting(Find::where)
                .contains(deep.resolve("log.txt").toString(), deep.resolve("old.log.gz") + " unpacked")
                .anyMatch(where -> where.startsWith("name of "));
    }

    @Test
    void a_place_that_is_not_there_is_no_clean_place() {
        assertThatThrownBy(() -> hunt.through(home.resolve("missing"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void a_mark_that_chance_could_find_is_refused() {
        assertThatThrownBy(() -> new CanaryHunt(List.of("Ada"))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void records_of_a_topic_are_read_through_their_compression(CompressionType compression) throws IOException {
        var segment = home.resolve("00000000000000000000.log");
        var padding = "padding ".repeat(200).getBytes(UTF_8);
        try (var records = FileRecords.open(segment.toFile(), true)) {
            records.append(MemoryRecords.withRecords(
                    0,
                    Compression.of(compression).build(),
                    new SimpleRecord(1L, padding, padding),
                    new SimpleRecord(2L, MARKS.getFirst().getBytes(UTF_8), padding),
                    new SimpleRecord(3L, padding, concat(padding, MARKS.get(1).getBytes(UTF_8))),
                    new SimpleRecord(4L, null, padding, new Header[] {
                        new RecordHeader("h", MARKS.get(2).getBytes(UTF_8))
                    })));
        }
        hunt.through(home);
        assertThat(hunt.finds().stream().map(Find::where).filter(where -> where.contains(" record ")))
                .containsExactlyInAnyOrder(
                        segment + " record 1 key", segment + " record 2 value", segment + " record 3 header");
    }

    @Test
    void every_table_of_a_database_is_read_and_its_files_too() throws Exception {
        try (var postgres = EmbeddedPostgres.builder()
                .setDataDirectory(home.resolve("pg"))
                .setCleanDataDirectory(false)
                .setPGStartupWait(Duration.ofMinutes(1))
                .start()) {
            try (var connection = postgres.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("CREATE SCHEMA \"Odd Name\"");
                statement.execute("CREATE TABLE \"Odd Name\".\"t\" (a text, b bytea, c jsonb, d text[])");
                statement.execute("INSERT INTO \"Odd Name\".t VALUES ('" + MARKS.getFirst() + "', '"
                        + MARKS.getFirst() + "'::bytea, '{\"x\": \"" + MARKS.getFirst() + "\"}', '{\""
                        + MARKS.getFirst() + "\"}')");
                statement.execute("CHECKPOINT");
            }
            hunt.through("db", postgres.getPostgresDatabase());
            assertThat(hunt.finds())
                    .extracting(Find::where)
                    .containsExactly(
                            "db.\"Odd Name\".t.a row 1",
                            "db.\"Odd Name\".t.b row 1",
                            "db.\"Odd Name\".t.c row 1",
                            "db.\"Odd Name\".t.d row 1");
            var raw = new CanaryHunt(MARKS).through(home.resolve("pg"));
            assertThat(raw.finds())
                    .extracting(Find::where)
                    .anyMatch(where -> where.contains("pg_wal"))
                    .anyMatch(where -> where.contains("/base/"));
        }
    }

    private static byte[] noise(int length) {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] concat(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (var part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
