// SPDX-License-Identifier: Apache-2.0

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks a copy of the audit log of Habeas, or one receipt, without the network and without trusting whoever wrote it. One file,
 * no dependencies, no code shared with the log: it can be read in one sitting, and be written anew from the formats alone (RFC
 * 6962, C2SP tlog-tiles, signed-note, tlog-checkpoint, tlog-proof).
 *
 * <p>Exit status: 0 all is well, 1 something is wrong, 2 it could not be checked.
 */
public final class HabeasVerifier {

    private static final String USAGE = """
            java HabeasVerifier.java <folder> [--key <key>]... [--older <checkpoint>]...
                checks a copy of the log:
                  <folder>/checkpoint            what the log says of itself, signed
                  <folder>/keys.txt              verifier keys, one a line (or --key)
                  <folder>/tile/entries/...      the entries, 256 a file
                  <folder>/tile/<level>/...      the hashes
                  <folder>/older-checkpoints/*   what the log said earlier (or --older)
            java HabeasVerifier.java --receipt <file.tlog-proof> --key <key> [--entry <file>]
                checks that one entry stands in the log

            <key> is a verifier key (name+hash+key) or a file that holds some.
            """;

    private static final int WIDTH = 256;
    private static final int HASH = 32;
    private static final int MOST_LEVELS = 8;
    private static final long LARGEST_TEXT = 1 << 20;
    /** So many entries a spill file: about 10 MB of memory, whatever the size of the log. */
    private static final long A_SPILL = 250_000;

    private static final int MOST_SPILLS = 1_000;
    private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final String PLAIN = "[^\"\\\\\\x00-\\x1f]*+";
    private static final String TEXT =
            "\"(" + PLAIN + "(?:\\\\(?:[\"\\\\bfnrt]|u00[01][0-9a-f])" + PLAIN + ")*+)\"";
    private static final String NUMBER = "(0|[1-9][0-9]{0,17})";
    private static final String UUID = "\"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\"";
    private static final Pattern ENTRY = Pattern.compile("\\{\"actor\":" + TEXT
            + "(?:,\"commitment\":\"[A-Za-z0-9+/]{43}=\")?,\"controller\":" + TEXT + ",\"event\":" + UUID
            + ",\"generation\":" + NUMBER + ",\"request\":" + UUID + ",\"revision\":" + NUMBER + "(?:,\"rule\":" + TEXT
            + ")?,\"sequence\":" + NUMBER + ",\"service\":" + TEXT
            + ",\"time\":\"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z)\",\"type\":" + TEXT
            + ",\"v\":1\\}");

    /** Something is wrong, at a place that the message names. */
    private static final class Bad extends Exception {
        private static final long serialVersionUID = 1L;

        Bad(String place, String what) {
            super(place + ": " + what);
        }
    }

    private record Key(String name, byte[] id, PublicKey key) {}

    private record Checkpoint(String place, String origin, long size, byte[] root, String signer) {}

    private final PrintStream out;
    private final List<Key> keys = new ArrayList<>();

    private HabeasVerifier(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) {
        System.exit(run(arguments, System.out));
    }

    static int run(String[] arguments, PrintStream out) {
        try {
            return new HabeasVerifier(out).start(List.of(arguments));
        } catch (Bad bad) {
            out.println("BAD  " + bad.getMessage());
            return 1;
        } catch (NoSuchFileException missing) {
            out.println("cannot check: there is no " + missing.getMessage());
            return 2;
        } catch (IOException | UncheckedIOException unreadable) {
            out.println("cannot check: " + unreadable.getMessage());
            return 2;
        } catch (IllegalArgumentException wrong) {
            out.println(wrong.getMessage());
            out.println(USAGE);
            return 2;
        }
    }

    private int start(List<String> arguments) throws Bad, IOException {
        Path folder = null;
        Path receipt = null;
        Path entry = null;
        var older = new ArrayList<Path>();
        for (int i = 0; i < arguments.size(); i++) {
            var word = arguments.get(i);
            if (!word.startsWith("--")) {
                if (folder != null) {
                    throw new IllegalArgumentException("one folder at a time, not also " + word);
                }
                folder = Path.of(word);
                continue;
            }
            if (++i == arguments.size()) {
                throw new IllegalArgumentException(word + " needs a value");
            }
            var value = arguments.get(i);
            switch (word) {
                case "--key" -> addKeys(value);
                case "--older" -> older.add(Path.of(value));
                case "--receipt" -> receipt = Path.of(value);
                case "--entry" -> entry = Path.of(value);
                default -> throw new IllegalArgumentException("there is no " + word);
            }
        }
        if ((folder == null) == (receipt == null)) {
            throw new IllegalArgumentException("a folder, or --receipt");
        }
        if (receipt != null) {
            receipt(receipt, entry);
        } else {
            folder(folder, older);
        }
        return 0;
    }

    // the log

    private void folder(Path folder, List<Path> named) throws Bad, IOException {
        var file = folder.resolve("keys.txt");
        if (keys.isEmpty() || Files.exists(file)) {
            addKeys(file.toString());
        }
        var checkpoint = checkpoint(folder.resolve("checkpoint"));
        var older = new ArrayList<Checkpoint>();
        for (var path : named) {
            older.add(checkpoint(path));
        }
        var kept = folder.resolve("older-checkpoints");
        if (Files.isDirectory(kept)) {
            try (var files = Files.list(kept)) {
                for (var path : files.sorted().toList()) {
                    older.add(checkpoint(path));
                }
            }
        }
        older.sort(Comparator.comparingLong(Checkpoint::size));
        for (var one : older) {
            if (one.size() > checkpoint.size()) {
                throw new Bad(
                        one.place(),
                        "the log had " + one.size() + " entries and has " + checkpoint.size() + " now: it was cut off");
            }
            if (!one.origin().equals(checkpoint.origin())) {
                throw new Bad(one.place(), "it is of another log, " + one.origin());
            }
        }
        var generations = entries(folder, checkpoint, older);
        out.println("GOOD " + checkpoint.origin() + ", " + checkpoint.size() + " entries, root "
                + Base64.getEncoder().encodeToString(checkpoint.root()) + ", signed by " + checkpoint.signer());
        out.println("     every entry is in the tree, every tile fits, the sequences of every request are complete;"
                + " the log agrees with " + older.size() + " older checkpoint" + (older.size() == 1 ? "" : "s"));
        for (var seam : generations.seams) {
            out.println("SEAM " + seam);
        }
        for (var anew : generations.anew) {
            out.println("     " + anew);
        }
        if (generations.toldAnew > generations.anew.size()) {
            out.println("     and " + (generations.toldAnew - generations.anew.size()) + " more requests were told anew");
        }
        out.println("     What this can not show: what was never logged; the end of a request whose last rows are missing;"
                + " whether an entry is true;");
        out.println("     and " + (older.isEmpty() ? "since no older checkpoint was given, " : "of the time before the first"
                + " older checkpoint, ") + "that the log was not written anew by whoever holds its key. Keep checkpoints"
                + " where the log's owner can not reach them.");
    }

    /** Once through all entries; in memory are one bundle, the right edge of the tree and one open tile a level. */
    private Generations entries(Path folder, Checkpoint checkpoint, List<Checkpoint> older) throws Bad, IOException {
        var edge = new Edge();
        var tiles = new Tiles(folder);
        var waiting = new ArrayDeque<>(older);
        compare(waiting, edge);
        try (var sequences = new Sequences(checkpoint.size())) {
            for (long first = 0; first < checkpoint.size(); first += WIDTH) {
                int width = (int) Math.min(WIDTH, checkpoint.size() - first);
                var bundle = new Bundle(file(folder, "entries", first / WIDTH, width), first);
                var known = hashes(file(folder, "0", first / WIDTH, width), width);
                for (int i = 0; i < width; i++) {
                    var entry = bundle.next();
                    var hash = leaf(entry);
                    if (!Arrays.equals(hash, known[i])) {
                        throw new Bad("entry " + (first + i), "it is not what the hash in tile 0 says: one of them was changed");
                    }
                    sequences.add(first + i, entry);
                    edge.add(hash);
                    tiles.add(hash);
                    compare(waiting, edge);
                }
                bundle.requireEnd(width);
            }
            tiles.end();
            requireRoot(checkpoint, edge);
            sequences.check();
            return sequences.generations;
        }
    }

    private static void compare(Deque<Checkpoint> waiting, Edge edge) throws Bad {
        while (!waiting.isEmpty() && waiting.getFirst().size() == edge.size) {
            requireRoot(waiting.removeFirst(), edge);
        }
    }

    private static void requireRoot(Checkpoint checkpoint, Edge edge) throws Bad {
        if (!Arrays.equals(edge.root(), checkpoint.root())) {
            throw new Bad(
                    checkpoint.place(),
                    "its root is not that of the first " + checkpoint.size()
                            + " entries: some of them were written anew, with their tiles");
        }
    }

    /** The entries of one file, each after its length in two bytes. */
    private static final class Bundle {
        private final Path place;
        private final byte[] bytes;
        private long index;
        private int at;

        Bundle(Path place, long first) throws Bad, IOException {
            this.place = place;
            this.index = first;
            this.bytes = read(place, WIDTH * 65_537L);
        }

        byte[] next() throws Bad {
            if (at + 2 > bytes.length) {
                throw new Bad("entry " + index, "it is missing at the end of " + place);
            }
            int length = (bytes[at] & 255) << 8 | bytes[at + 1] & 255;
            if (at + 2 + length > bytes.length) {
                throw new Bad("entry " + index, "it is cut off in " + place);
            }
            var entry = Arrays.copyOfRange(bytes, at + 2, at + 2 + length);
            at += 2 + length;
            index++;
            return entry;
        }

        /** A full file may stand where the checkpoint reaches less far: what is beyond is not looked at. */
        void requireEnd(int width) throws Bad {
            if (at < bytes.length && (width == WIDTH || place.toString().endsWith(".p/" + width))) {
                throw new Bad("entry " + index, "there is more in " + place + " than its " + width + " entries");
            }
        }
    }

    /** The tiles above the lowest, each held against its file when it is full, or at the end. */
    private static final class Tiles {
        private final Path folder;
        private final long[] full = new long[MOST_LEVELS + 1];
        private final List<Edge> below = new ArrayList<>();
        private final List<List<byte[]>> open = new ArrayList<>();

        Tiles(Path folder) {
            this.folder = folder;
        }

        void add(byte[] leaf) throws Bad, IOException {
            up(1, leaf);
        }

        /** @param hash of the level below */
        private void up(int level, byte[] hash) throws Bad, IOException {
            if (below.size() < level) {
                below.add(new Edge());
                open.add(new ArrayList<>());
            }
            var gathered = below.get(level - 1);
            gathered.add(hash);
            if (gathered.size < WIDTH) {
                return;
            }
            below.set(level - 1, new Edge());
            var root = gathered.root();
            var tile = open.get(level - 1);
            tile.add(root);
            up(level + 1, root);
            if (tile.size() == WIDTH) {
                requireTile(level, tile);
                tile.clear();
                full[level]++;
            }
        }

        void end() throws Bad, IOException {
            for (int level = 1; level <= open.size(); level++) {
                var tile = open.get(level - 1);
                if (!tile.isEmpty()) {
                    requireTile(level, tile);
                }
            }
        }

        private void requireTile(int level, List<byte[]> tile) throws Bad, IOException {
            var place = file(folder, Integer.toString(level), full[level], tile.size());
            var known = hashes(place, tile.size());
            for (int i = 0; i < tile.size(); i++) {
                if (!Arrays.equals(known[i], tile.get(i))) {
                    throw new Bad(place.toString(), "hash " + i + " is not that of what lies below it");
                }
            }
        }
    }

    /** The right edge of a growing tree of RFC 6962: the roots of its full subtrees, the largest first. */
    private static final class Edge {
        private final Deque<byte[]> roots = new ArrayDeque<>();
        private long size;

        void add(byte[] hash) {
            var root = hash;
            for (long rest = size; (rest & 1) == 1; rest >>= 1) {
                root = node(roots.removeLast(), root);
            }
            roots.addLast(root);
            size++;
        }

        byte[] root() {
            byte[] root = null;
            for (var each = roots.descendingIterator(); each.hasNext(); ) {
                root = root == null ? each.next() : node(each.next(), root);
            }
            return root == null ? digest().digest() : root;
        }
    }

    /**
     * A service whose database was restored has forgotten rows, and tells requests anew from where it stands. That is allowed in a
     * later generation alone, and only after an entry of the log says who began that generation.
     */
    private static final class Generations {
        private static final int NAMED = 20;

        private final Map<String, Long> known = new HashMap<>();
        private final List<String> seams = new ArrayList<>();
        private final List<String> anew = new ArrayList<>();
        private long toldAnew;

        void add(long index, Matcher entry) throws Bad {
            var service = entry.group(9);
            long generation = Long.parseLong(entry.group(4));
            long before = known.getOrDefault(service, 1L);
            if (entry.group(11).equals("generation.begun")) {
                if (!entry.group(5).equals(streamOf(service)) || generation != before + 1) {
                    throw new Bad("entry " + index, "it is no beginning of generation " + (before + 1) + " of " + service);
                }
                known.put(service, generation);
                seams.add("entry " + index + ": " + service + " began generation " + generation + " by the word of "
                        + entry.group(1) + " at " + entry.group(10));
            } else if (generation > before || generation < 1) {
                throw new Bad(
                        "entry " + index,
                        "it is of generation " + generation + " of " + service + ", which no entry before has begun");
            }
        }

        /** Spelled like the request that no request can be: a name-based UUID (RFC 9562, version 3). */
        private static String streamOf(String service) {
            return java.util.UUID.nameUUIDFromBytes(("habeas|generations|" + service).getBytes(StandardCharsets.UTF_8))
                    .toString();
        }

        void toldAnew(long index, long sequence, long generation) {
            toldAnew++;
            if (anew.size() < NAMED) {
                anew.add("entry " + index + ": from sequence " + sequence + " on its request is told anew in generation "
                        + generation + "; what was said before stands in the log too");
            }
        }
    }

    /**
     * That the rows of every service about every request are numbered 0, 1, 2 and so on, but for the seams of generations. Entries go
     * to spill files by service and request, and each file is looked at by itself.
     */
    private static final class Sequences implements AutoCloseable {
        private static final int RECORD = 40;

        private final Generations generations = new Generations();
        private final Path folder;
        private final List<DataOutputStream> spills = new ArrayList<>();

        Sequences(long size) throws IOException {
            folder = Files.createTempDirectory("habeas-verifier");
            int count = (int) Math.min(MOST_SPILLS, 1 + size / A_SPILL);
            for (int i = 0; i < count; i++) {
                spills.add(new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(spill(i)), 1 << 14)));
            }
        }

        private Path spill(int number) {
            return folder.resolve("spill-" + number);
        }

        void add(long index, byte[] entry) throws Bad, IOException {
            var match = canonical(entry, "entry " + index);
            var stream = digest().digest((match.group(9) + " " + match.group(5)).getBytes(StandardCharsets.UTF_8));
            var spill = spills.get(Math.floorMod(ByteBuffer.wrap(stream).getInt(), spills.size()));
            generations.add(index, match);
            spill.write(stream, 4, 16);
            spill.writeLong(Long.parseLong(match.group(4)));
            spill.writeLong(Long.parseLong(match.group(8)));
            spill.writeLong(index);
        }

        void check() throws Bad, IOException {
            long first = Long.MAX_VALUE;
            String what = "";
            for (int i = 0; i < spills.size(); i++) {
                spills.get(i).close();
                long expected = 0;
                long generation = 0;
                byte[] stream = null;
                for (var row : sorted(spill(i))) {
                    if (stream == null || !Arrays.equals(stream, row.stream())) {
                        stream = row.stream();
                        expected = 0;
                        generation = row.generation();
                    }
                    boolean anew = row.generation() > generation && row.sequence() < expected;
                    if (anew) {
                        generations.toldAnew(row.index(), row.sequence(), row.generation());
                    } else if (row.generation() < generation && row.index() < first) {
                        first = row.index();
                        what = "it is of generation " + row.generation() + " where generation " + generation
                                + " has begun for its request";
                    } else if (row.sequence() != expected && row.index() < first) {
                        first = row.index();
                        what = "it has sequence " + row.sequence() + " of its request where " + expected + " comes next";
                    }
                    expected = row.sequence() + 1;
                    generation = row.generation();
                }
            }
            if (first < Long.MAX_VALUE) {
                throw new Bad("entry " + first, what + ": an entry is missing, twice there, or out of place");
            }
        }

        private record Row(byte[] stream, long generation, long sequence, long index) {}

        private static List<Row> sorted(Path spill) throws IOException {
            var rows = new ArrayList<Row>((int) (Files.size(spill) / RECORD));
            try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(spill), 1 << 16))) {
                for (var stream = in.readNBytes(16); stream.length == 16; stream = in.readNBytes(16)) {
                    rows.add(new Row(stream, in.readLong(), in.readLong(), in.readLong()));
                }
            }
            // by place in the log, so that a row which came too early or twice is noticed too
            rows.sort((a, b) -> {
                int order = Arrays.compare(a.stream(), b.stream());
                return order == 0 ? Long.compare(a.index(), b.index()) : order;
            });
            return rows;
        }

        @Override
        public void close() throws IOException {
            for (int i = 0; i < spills.size(); i++) {
                spills.get(i).close();
                Files.deleteIfExists(spill(i));
            }
            Files.deleteIfExists(folder);
        }
    }

    // a receipt

    private void receipt(Path file, Path entryFile) throws Bad, IOException {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("a receipt is checked with --key");
        }
        var place = file.toString();
        var text = text(read(file, LARGEST_TEXT), place);
        int end = text.indexOf("\n\n");
        var lines = end < 0 ? new String[0] : text.substring(0, end).split("\n", -1);
        int at = 0;
        if (lines.length < 2 || !lines[at++].equals("c2sp.org/tlog-proof@v1")) {
            throw new Bad(place, "it is not a tlog-proof");
        }
        byte[] entry = null;
        if (lines[at].startsWith("extra ")) {
            entry = base64(lines[at++].substring("extra ".length()), place);
        }
        if (entryFile != null) {
            entry = read(entryFile, 65_535);
        }
        if (entry == null) {
            throw new IllegalArgumentException("the receipt does not hold its entry: give it with --entry");
        }
        if (at == lines.length || !lines[at].matches("index (0|[1-9][0-9]{0,17})")) {
            throw new Bad(place, "it has no index");
        }
        long index = Long.parseLong(lines[at++].substring("index ".length()));
        var path = new ArrayList<byte[]>();
        for (; at < lines.length; at++) {
            var hash = base64(lines[at], place);
            if (hash.length != HASH || path.size() == 63) {
                throw new Bad(place, "line " + (at + 1) + " is no hash, or one too many");
            }
            path.add(hash);
        }
        var checkpoint = checkpoint(text.substring(end + 2), place);
        if (!Arrays.equals(rootBy(index, checkpoint.size(), leaf(entry), path, place), checkpoint.root())) {
            throw new Bad(place, "entry " + index + " of the log is not this one");
        }
        canonical(entry, place);
        out.println("GOOD entry " + index + " of " + checkpoint.size() + " of " + checkpoint.origin() + ", signed by "
                + checkpoint.signer());
        out.println("     " + text(entry, place));
    }

    /** RFC 9162 2.1.3.2. */
    private static byte[] rootBy(long index, long size, byte[] leaf, List<byte[]> path, String place) throws Bad {
        if (index >= size) {
            throw new Bad(place, "it speaks of entry " + index + " in a log of " + size);
        }
        long node = index;
        long last = size - 1;
        var root = leaf;
        for (var hash : path) {
            if (last == 0) {
                throw new Bad(place, "it has too many hashes");
            }
            if ((node & 1) == 1 || node == last) {
                root = node(hash, root);
                while ((node & 1) == 0 && node != 0) {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                root = node(root, hash);
            }
            node >>= 1;
            last >>= 1;
        }
        if (last != 0) {
            throw new Bad(place, "it has too few hashes");
        }
        return root;
    }

    // signed notes

    private void addKeys(String value) throws IOException {
        var lines = value.matches("[^+\\s]+\\+[0-9a-f]{8}\\+\\S+")
                ? List.of(value)
                : Files.readAllLines(Path.of(value), StandardCharsets.UTF_8);
        for (var line : lines) {
            if (!line.isBlank() && !line.startsWith("#")) {
                keys.add(key(line.strip()));
            }
        }
    }

    private static Key key(String line) {
        var parts = line.split("\\+", 3);
        try {
            var typed = Base64.getDecoder().decode(parts[2]);
            if (typed.length != 33 || typed[0] != 1) {
                throw new IllegalArgumentException("only Ed25519 keys are known, not " + line);
            }
            var digest = digest();
            digest.update((parts[0] + "\n").getBytes(StandardCharsets.UTF_8));
            var id = Arrays.copyOf(digest.digest(typed), 4);
            if (!HexFormat.of().formatHex(id).equals(parts[1])) {
                throw new IllegalArgumentException("the hash in the key does not fit: " + line);
            }
            var encoded = ByteBuffer.allocate(ED25519.length + HASH).put(ED25519).put(typed, 1, HASH);
            return new Key(
                    parts[0], id, KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded.array())));
        } catch (ArrayIndexOutOfBoundsException | GeneralSecurityException unreadable) {
            throw new IllegalArgumentException("not a verifier key: " + line);
        }
    }

    private Checkpoint checkpoint(Path file) throws Bad, IOException {
        return checkpoint(text(read(file, LARGEST_TEXT), file.toString()), file.toString());
    }

    private Checkpoint checkpoint(String note, String place) throws Bad {
        int end = note.lastIndexOf("\n\n");
        if (end < 0 || !note.endsWith("\n")) {
            throw new Bad(place, "it is not a signed note");
        }
        var text = note.substring(0, end + 1);
        var signer = signer(text, note.substring(end + 2, note.length() - 1).split("\n", -1), place);
        var lines = text.split("\n", -1);
        if (lines.length < 4 || lines[0].isEmpty() || !lines[1].matches("0|[1-9][0-9]{0,17}")) {
            throw new Bad(place, "it is not a checkpoint");
        }
        var root = base64(lines[2], place);
        if (root.length != HASH) {
            throw new Bad(place, "its root is not a hash");
        }
        return new Checkpoint(place, lines[0], Long.parseLong(lines[1]), root, signer);
    }

    private String signer(String text, String[] signatures, String place) throws Bad {
        for (var line : signatures) {
            var parts = line.split(" ");
            if (parts.length != 3 || !parts[0].equals("\u2014")) {
                throw new Bad(place, "a line of its signatures is malformed");
            }
            var bytes = base64(parts[2], place);
            for (var key : keys) {
                if (key.name().equals(parts[1]) && bytes.length == 68 && Arrays.equals(bytes, 0, 4, key.id(), 0, 4)) {
                    requireSigned(text, key, bytes, place);
                    return key.name();
                }
            }
        }
        throw new Bad(place, "none of the given keys has signed it");
    }

    private static void requireSigned(String text, Key key, byte[] bytes, String place) throws Bad {
        try {
            var signature = Signature.getInstance("Ed25519");
            signature.initVerify(key.key());
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            if (signature.verify(bytes, 4, 64)) {
                return;
            }
        } catch (GeneralSecurityException malformed) {
            // as wrong as any other
        }
        throw new Bad(place, "the signature of " + key.name() + " is wrong: it was changed");
    }

    // files and hashes

    private static byte[][] hashes(Path place, int width) throws Bad, IOException {
        var bytes = read(place, (long) WIDTH * HASH);
        boolean fits = place.toString().endsWith(".p/" + width) || width == WIDTH
                ? bytes.length == width * HASH
                : bytes.length == WIDTH * HASH;
        if (!fits) {
            throw new Bad(place.toString(), "it has " + bytes.length + " bytes, not " + width + " hashes");
        }
        var hashes = new byte[width][];
        for (int i = 0; i < width; i++) {
            hashes[i] = Arrays.copyOfRange(bytes, i * HASH, (i + 1) * HASH);
        }
        return hashes;
    }

    /** As C2SP tlog-tiles spells it; where the partial file is missing, the full one serves. */
    private static Path file(Path folder, String level, long number, int width) throws Bad {
        var spelled = new StringBuilder(String.format("%03d", number % 1000));
        for (long rest = number / 1000; rest > 0; rest /= 1000) {
            spelled.insert(0, String.format("x%03d/", rest % 1000));
        }
        var full = folder.resolve("tile").resolve(level).resolve(spelled.toString());
        var partial = folder.resolve("tile").resolve(level).resolve(spelled + ".p/" + width);
        var place = width < WIDTH && Files.exists(partial) ? partial : full;
        if (!Files.exists(place)) {
            throw new Bad((width < WIDTH ? partial : full).toString(), "it is missing");
        }
        return place;
    }

    private static byte[] read(Path file, long most) throws Bad, IOException {
        if (Files.isRegularFile(file) && Files.size(file) > most) {
            throw new Bad(file.toString(), "it is larger than such a file can be");
        }
        return Files.readAllBytes(file);
    }

    private static String text(byte[] bytes, String place) throws Bad {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException malformed) {
            throw new Bad(place, "it is not text in UTF-8");
        }
    }

    private static Matcher canonical(byte[] entry, String place) throws Bad {
        try {
            var match = ENTRY.matcher(text(entry, place));
            if (match.matches()) {
                return match;
            }
        } catch (StackOverflowError endless) {
            // thousands of escapes in one text: no entry has them
        }
        throw new Bad(place, "it is not an entry in canonical form");
    }

    private static byte[] base64(String text, String place) throws Bad {
        try {
            var bytes = Base64.getDecoder().decode(text);
            if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
                return bytes;
            }
        } catch (IllegalArgumentException malformed) {
            // told below
        }
        throw new Bad(place, "there is no Base64 where it has to be");
    }

    private static byte[] leaf(byte[] entry) {
        var digest = digest();
        digest.update((byte) 0);
        return digest.digest(entry);
    }

    private static byte[] node(byte[] left, byte[] right) {
        var digest = digest();
        digest.update((byte) 1);
        digest.update(left);
        return digest.digest(right);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
