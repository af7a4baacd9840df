// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What others have published, and the tree as RFC 6962 defines it, against ours. */
class PublishedVectorsTest {

    private static final List<byte[]> EIGHT = Stream.of(
                    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
            .map(HexFormat.of()::parseHex)
            .toList();

    private static final List<String> ROOTS = List.of(
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    private final Map<String, byte[]> tiles = new HashMap<>();

    private final TileStore store = (level, tile, width) -> Optional.ofNullable(tiles.get(level + "/" + tile))
            .filter(hashes -> hashes.length >= width * 32)
            .map(hashes -> Arrays.copyOf(hashes, width * 32));

    private GrowingTree grow(List<byte[]> entries) {
        var tree = new GrowingTree(0, store);
        append(tree, entries);
        return tree;
    }

    private void append(GrowingTree tree, List<byte[]> entries) {
        tree.append(entries.stream().map(Hashing::leaf).toList())
                .forEach(tile -> tiles.put(tile.level() + "/" + tile.number(), tile.hashes()));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void hashesAreThoseOfRfc6962() {
        assertThat(hex(Hashing.empty())).isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(hex(Hashing.leaf(new byte[0]))).isEqualTo(ROOTS.getFirst());
        assertThat(hex(Hashing.leaf(ascii("L123456"))))
                .isEqualTo("395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
        assertThat(hex(Hashing.node(ascii("N123"), ascii("N456"))))
                .isEqualTo("aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb");
    }

    @Test
    void rootsOfTheEightLeaves() {
        for (int size = 1; size <= 8; size++) {
            assertThat(hex(grow(EIGHT.subList(0, size)).root())).isEqualTo(ROOTS.get(size - 1));
        }
    }

    @Test
    void inclusionOfFiveInEight() {
        grow(EIGHT);

        var path = GrowingTree.inclusion(5, 8, store);

        assertThat(path.stream().map(PublishedVectorsTest::hex))
                .containsExactly(
                        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                        ROOTS.get(3));
    }

    @Test
    void consistencyOfSixWithEight() {
        grow(EIGHT);

        var path = GrowingTree.consistency(6, 8, store);

        assertThat(path.stream().map(Base64.getEncoder()::encodeToString))
                .containsExactly(
                        "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=",
                        "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=",
                        "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=");
    }

    @Test
    void exampleNoteOfC2sp() throws Exception {
        var verifier = NoteVerifier.of("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");

        var signed = "\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXm"
                + "RKuwHjG1Yu72IneyaQM=\n";

        assertThat(verifier.open("This is an example message.\n" + signed)).isEqualTo("This is an example message.\n");
        assertThatThrownBy(() -> verifier.open("This is an example massage.\n" + signed))
                .isInstanceOf(NoteException.class)
                .hasMessageContaining("wrong");
    }

    @Test
    void checkpointOverTheEightLeaves() throws Exception {
        var seed = new byte[32];
        for (int i = 0; i < seed.length; i++) {
            seed[i] = (byte) i;
        }
        var signer = NoteSigner.ofSeed("audit.example.org/dsr", seed);
        var root = HexFormat.of().parseHex(ROOTS.getLast());

        var note = signer.sign(new Checkpoint("audit.example.org/dsr", 8, root).text());

        assertThat(signer.verifierKey())
                .isEqualTo("audit.example.org/dsr+36f0c6fa+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4");
        assertThat(note)
                .isEqualTo("audit.example.org/dsr\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n\n"
                        + "\u2014 audit.example.org/dsr NvDG+jXbg1MuxGLyhdBK9UqS2PTVV78ciJSBYqA0VYc4BATytvtq7/4i5Iu/"
                        + "Nwld6Oz3tm9oM02mv7gcHEIMvIe5ogE=\n");
        var opened = Checkpoint.parse(NoteVerifier.of(signer.verifierKey()).open(note));
        assertThat(opened.size()).isEqualTo(8);
        assertThat(opened.root()).isEqualTo(root);
    }

    @Test
    void everySmallTreeAgreesWithTheDefinition() {
        var entries = new ArrayList<byte[]>();
        for (int size = 1; size <= 70; size++) {
            entries.add(ascii("entry " + size));
            assertProvable(entries);
        }
        for (int size = 71; size <= 300; size++) {
            entries.add(ascii("entry " + size));
            assertThat(grow(entries).root()).isEqualTo(NaiveTree.root(entries));
        }
        for (int size : new int[] {255, 256, 257, 300}) {
            assertProvable(entries.subList(0, size));
        }
    }

    private void assertProvable(List<byte[]> entries) {
        int size = entries.size();
        var root = grow(entries).root();
        assertThat(root).isEqualTo(NaiveTree.root(entries));
        for (int index = 0; index < size; index += 1 + size / 64) {
            var path = GrowingTree.inclusion(index, size, store);
            assertThat(path).usingElementComparator(Arrays::compare).isEqualTo(NaiveTree.path(index, entries));
            assertThat(Proofs.includes(index, size, Hashing.leaf(entries.get(index)), path, root))
                    .isTrue();
            var older = NaiveTree.root(entries.subList(0, index + 1));
            var proof = GrowingTree.consistency(index + 1, size, store);
            assertThat(proof)
                    .usingElementComparator(Arrays::compare)
                    .isEqualTo(NaiveTree.proof(index + 1, entries, true));
            assertThat(Proofs.consistent(index + 1, older, size, root, proof)).isTrue();
        }
    }

    /** One more, one less, each bit of each hash, another index, another size: none of it verifies. */
    @Test
    void corruptedProofsDoNotVerify() {
        for (int size : new int[] {2, 3, 7, 8, 33}) {
            var entries = new ArrayList<byte[]>();
            for (int i = 0; i < size; i++) {
                entries.add(ascii("entry " + i));
            }
            var root = grow(entries).root();
            for (int index = 0; index < size; index++) {
                var leaf = Hashing.leaf(entries.get(index));
                var path = GrowingTree.inclusion(index, size, store);
                for (var bad : corrupted(path, root)) {
                    assertThat(Proofs.includes(index, size, leaf, bad, root)).isFalse();
                }
                assertThat(Proofs.includes(index, size, leaf, path, Hashing.empty()))
                        .isFalse();
                assertThat(Proofs.includes(index, size, root, path, root)).isFalse();
                assertThat(Proofs.includes(index + 1L, size, leaf, path, root)).isFalse();
                assertThat(Proofs.includes(index, index, leaf, path, root)).isFalse();
                assertThat(Proofs.includes(-1, size, leaf, path, root)).isFalse();
                int a = index + 1;
                var older = NaiveTree.root(entries.subList(0, a));
                var proof = GrowingTree.consistency(a, size, store);
                for (var bad : corrupted(proof, root)) {
                    assertThat(Proofs.consistent(a, older, size, root, bad)).isFalse();
                }
                assertThat(Proofs.consistent(a, Hashing.empty(), size, root, proof))
                        .isFalse();
                assertThat(Proofs.consistent(a, older, size, Hashing.empty(), proof))
                        .isFalse();
                assertThat(Proofs.consistent(0, older, size, root, proof)).isFalse();
                assertThat(Proofs.consistent(size + 1L, older, size, root, proof))
                        .isFalse();
            }
        }
    }

    private static List<List<byte[]>> corrupted(List<byte[]> path, byte[] other) {
        var all = new ArrayList<List<byte[]>>();
        var longer = new ArrayList<>(path);
        longer.add(other);
        all.add(longer);
        var sooner = new ArrayList<>(path);
        sooner.addFirst(other);
        all.add(sooner);
        for (int i = 0; i < path.size(); i++) {
            var shorter = new ArrayList<>(path);
            shorter.remove(i);
            all.add(shorter);
            var flipped = path.get(i).clone();
            flipped[i % 32] ^= 1;
            all.add(with(path, i, flipped));
            all.add(with(path, i, Arrays.copyOf(path.get(i), 31)));
            all.add(with(path, i, Arrays.copyOf(path.get(i), 33)));
            if (i > 0) {
                var swapped = new ArrayList<>(path);
                swapped.set(i, path.get(i - 1));
                swapped.set(i - 1, path.get(i));
                all.add(swapped);
            }
        }
        return all;
    }

    private static List<byte[]> with(List<byte[]> path, int at, byte[] hash) {
        var changed = new ArrayList<>(path);
        changed.set(at, hash);
        return changed;
    }

    @Test
    void tilesAreCountedAndSpelledAsC2spSays() {
        var leaves = new ArrayList<byte[]>();
        for (int i = 0; i < 70_000; i++) {
            leaves.add(Hashing.leaf(ascii("entry " + i)));
        }
        var whole = new GrowingTree(0, store).append(leaves);
        assertThat(whole.stream().filter(tile -> tile.level() == 0 && tile.width() == 256))
                .hasSize(273);
        assertThat(whole.stream().filter(tile -> tile.width() != 256).map(Tile::path))
                .containsExactlyInAnyOrder("tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1");
        assertThat(new Tile(0, 1_234_067, new byte[256 * 32]).path()).isEqualTo("tile/0/x001/x234/067");
        assertThat(Tile.entriesPath(273, 112)).isEqualTo("tile/entries/273.p/112");
    }

    @Test
    void aTreeGoesOnFromItsRightEdge() {
        var entries = new ArrayList<byte[]>();
        for (int i = 0; i < 66_000; i++) {
            entries.add(ascii("entry " + i));
        }
        int from = 0;
        for (int to : new int[] {1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 66_000}) {
            var tree = new GrowingTree(from, store);
            append(tree, entries.subList(from, to));
            from = to;
            assertThat(tree.root()).isEqualTo(NaiveTree.root(entries.subList(0, to)));
        }
    }

    @Test
    void anEntryHasOneSpelling() {
        var entry = new LogEntry(
                "request",
                1,
                new UUID(1, 2),
                0,
                new UUID(3, 4),
                "request.approved",
                1,
                Instant.parse("2026-11-01T00:00:00Z"),
                "demo",
                "staff-\"1\\\t\u0001\\u0041",
                null,
                new byte[] {1, 2, 3});

        var parsed = LogEntry.parse(entry.bytes());

        assertThat(parsed.actor()).isEqualTo(entry.actor());
        assertThat(parsed.bytes()).isEqualTo(entry.bytes());
        var text = new String(entry.bytes(), StandardCharsets.UTF_8);
        assertThat(text).startsWith("{\"actor\":\"staff-\\\"1\\\\\\t\\u0001\\\\u0041\",\"commitment\":\"AQID\",");
        for (var other : List.of(
                text + " ",
                text.replace("\"v\":1", "\"v\":2"),
                text.replace("\"v\":1", "\"v\":1,\"w\":1"),
                text.replace("\"type\"", " \"type\""),
                text.replace(".000000Z", "Z"),
                text.replace("\\t", "\\u0009"))) {
            assertThatThrownBy(() -> LogEntry.parse(other.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aReceiptVerifiesAndNothingElseDoes() throws Exception {
        var root = grow(EIGHT).root();
        var signer = NoteSigner.ofSeed("audit.example.org/dsr", new byte[32]);
        var verifier = NoteVerifier.of(signer.verifierKey());
        var note = signer.sign(new Checkpoint("audit.example.org/dsr", 8, root).text());
        var text = new LogProof(5, GrowingTree.inclusion(5, 8, store), note).text();

        assertThat(LogProof.parse(text).text()).isEqualTo(text);
        assertThat(LogProof.parse(text).verify(EIGHT.get(5), verifier).size()).isEqualTo(8);
        assertThatThrownBy(() -> LogProof.parse(text).verify(EIGHT.get(4), verifier))
                .isInstanceOf(ProofException.class);
        for (int i = 0; i < text.length(); i++) {
            var changed = text.substring(0, i) + (text.charAt(i) == 'A' ? 'B' : 'A') + text.substring(i + 1);
            assertThatThrownBy(() -> LogProof.parse(changed).verify(EIGHT.get(5), verifier))
                    .as("character %d", i)
                    .isInstanceOf(ProofException.class);
        }
    }
}
