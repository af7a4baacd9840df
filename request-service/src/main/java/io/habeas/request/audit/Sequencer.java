// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.audit;

import io.habeas.auditlog.Checkpoint;
import io.habeas.auditlog.GrowingTree;
import io.habeas.auditlog.Hashing;
import io.habeas.auditlog.LogEntry;
import io.habeas.auditlog.NoteSigner;
import io.habeas.journal.Generation;
import io.habeas.messaging.BrokerException;
import io.habeas.messaging.TrailEntry;
import io.habeas.messaging.TrailReader;
import io.habeas.messaging.TrailRecord;
import io.habeas.messaging.TrailRecord.TrailPlace;
import io.habeas.messaging.TrailSource;
import io.habeas.request.audit.LogStore.Batch;
import io.habeas.request.audit.LogStore.Head;
import io.habeas.request.audit.LogStore.LeadershipLostException;
import io.habeas.request.audit.LogStore.Refusal;
import io.habeas.request.audit.LogStore.Row;
import io.habeas.request.audit.LogStore.Signed;
import io.habeas.request.audit.LogStore.Stream;
import io.habeas.request.audit.LogStore.TileRow;
import io.habeas.request.audit.TrailCheck.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Makes one log of all journals. One copy leads, by lease; the others stand by. It reads the topic of the audit trail, drops
 * what it has seen, fills holes from the services' feeds, and writes entries, tiles, places and a signed checkpoint in one
 * transaction, so that every row is one entry whatever fails.
 */
final class Sequencer implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Sequencer.class);
    private static final Duration LEASE = Duration.ofSeconds(6);
    private static final Duration POLL = Duration.ofMillis(200);
    /** A batch costs a signature and a rewrite of the last tiles, however many entries come of it: where this many came, one more answer of the broker is waited for. */
    private static final int BUSY = 10;

    private static final int MOST = 1_000;
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final LogStore store;
    private final TrailSource source;
    private final TrailCheck check;
    private final SelfCheck selfCheck;
    private final NoteSigner signer;
    private final String origin;
    private final AuditProgress progress;
    private final InstantSource legalTime;
    private volatile boolean running;
    private @Nullable Thread thread;

    Sequencer(
            LogStore store,
            TrailSource source,
            TrailCheck check,
            SelfCheck selfCheck,
            NoteSigner signer,
            String origin,
            AuditProgress progress,
            InstantSource legalTime) {
        this.store = store;
        this.source = source;
        this.check = check;
        this.selfCheck = selfCheck;
        this.signer = signer;
        this.origin = origin;
        this.progress = progress;
        this.legalTime = legalTime;
    }

    @Override
    public synchronized void start() {
        running = true;
        thread = Thread.ofPlatform().daemon().name("audit-sequencer").start(this::run);
    }

    @Override
    public synchronized void stop() {
        running = false;
        var stopped = thread;
        if (stopped != null) {
            try {
                if (!stopped.join(Duration.ofSeconds(1))) {
                    stopped.interrupt();
                    stopped.join(STOP);
                }
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
            thread = null;
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void run() {
        try {
            while (running) {
                try {
                    leadOrStandBy();
                } catch (LeadershipLostException lost) {
                    LOG.atInfo().log("another copy appends to the audit log now");
                } catch (IOException | RuntimeException | LinkageError | AssertionError | StackOverflowError trouble) {
                    progress.held(trouble.getClass().getSimpleName());
                    LOG.atWarn()
                            .addKeyValue("trouble", trouble.getClass().getSimpleName())
                            .addKeyValue("says", said(trouble))
                            .log("the audit log rests for a moment");
                    Thread.sleep(PAUSE);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Messages of our own exceptions alone; others may quote values. */
    private static String said(Throwable trouble) {
        return trouble instanceof IOException || trouble instanceof BrokerException
                ? String.valueOf(trouble.getMessage())
                : "";
    }

    private void leadOrStandBy() throws IOException, InterruptedException {
        OptionalLong epoch = store.acquire(LEASE);
        if (epoch.isEmpty()) {
            Thread.sleep(LEASE.dividedBy(6));
            return;
        }
        LOG.atInfo().addKeyValue("epoch", epoch.getAsLong()).log("this process appends to the audit log");
        try {
            lead(epoch.getAsLong());
        } finally {
            progress.leading(false);
            store.release(epoch.getAsLong());
        }
    }

    private void lead(long epoch) throws IOException, InterruptedException {
        var tree = selfCheck.restore();
        if (tree.isEmpty()) {
            // the reason stands in the log and in health; only a person can help
            store.hold(epoch, LEASE);
            Thread.sleep(LEASE.dividedBy(3));
            return;
        }
        progress.leading(true);
        long heldAt = System.nanoTime() - LEASE.toNanos();
        int last = 0;
        try (var reader = source.open(store.places())) {
            while (running && !selfCheck.isBroken()) {
                var records = gather(reader, last);
                last = records.size();
                if (!records.isEmpty()) {
                    var late = integrate(epoch, tree.get(), records);
                    late.forEach(reader::again);
                    heldAt = System.nanoTime();
                } else if (System.nanoTime() - heldAt > LEASE.dividedBy(6).toNanos()) {
                    store.hold(epoch, LEASE);
                    heldAt = System.nanoTime();
                }
            }
        }
    }

    /** @param last how many the batch before had */
    private static List<TrailRecord> gather(TrailReader reader, int last) throws InterruptedException {
        var records = new ArrayList<>(reader.poll(POLL));
        if (last >= BUSY && !records.isEmpty() && records.size() < MOST) {
            records.addAll(reader.poll(POLL));
        }
        return records;
    }

    /** @return from where partitions are to be read again later, since something before is missing */
    private Collection<TrailPlace> integrate(long epoch, GrowingTree tree, List<TrailRecord> records)
            throws InterruptedException {
        var claimed = records.stream().map(TrailCheck::claimed).toList();
        check.lookAhead(claimed.stream().flatMap(Optional::stream).toList());
        var draft = new Draft(epoch, claimed);
        for (int i = 0; i < records.size(); i++) {
            draft.add(records.get(i), claimed.get(i));
        }
        var batch = draft.batch(tree);
        store.append(epoch, LEASE, batch);
        var signed = batch.checkpoint();
        if (signed != null) {
            progress.signed(signed);
        }
        for (var refusal : batch.refusals()) {
            progress.refused(refusal.reason());
            LOG.atError()
                    .addKeyValue("reason", refusal.reason())
                    .addKeyValue("partition", refusal.place().partition())
                    .addKeyValue("offset", refusal.place().offset())
                    .log("a record was not let into the audit log; somebody else wrote it, or a secret is wrong");
        }
        if (draft.late.isEmpty()) {
            progress.well();
        }
        return draft.late.values();
    }

    /** What becomes of one batch of records. */
    private final class Draft {

        private final Map<Stream, Head> known;
        private final Map<Stream, Head> heads = new LinkedHashMap<>();
        private final List<TrailEntry> taken = new ArrayList<>();
        private final List<Refusal> refusals = new ArrayList<>();
        private final Map<Integer, TrailPlace> places = new HashMap<>();
        private final Map<Integer, TrailPlace> late = new HashMap<>();
        private final Set<String> silent = new HashSet<>();
        private final long epoch;

        Draft(long epoch, List<Optional<TrailEntry>> claimed) {
            this.epoch = epoch;
            var streams = new HashSet<Stream>();
            for (var each : claimed) {
                each.ifPresent(entry -> {
                    streams.add(new Stream(entry.service(), entry.request()));
                    streams.add(generationsOf(entry.service()));
                });
            }
            this.known = store.heads(streams);
        }

        /** Where something before a record cannot be had for now, its partition waits, and no other. */
        void add(TrailRecord record, Optional<TrailEntry> claimed) throws InterruptedException {
            if (late.containsKey(record.place().partition())) {
                return;
            }
            try {
                var entry = check.read(record, claimed);
                var stream = new Stream(entry.service(), entry.request());
                tellGeneration(entry);
                fill(stream, entry);
                take(stream, entry);
            } catch (RefusedException refused) {
                refusals.add(new Refusal(
                        record.place(), HexFormat.of().parseHex(record.place().digest()), refused.reason()));
            } catch (IOException missing) {
                progress.held("hole");
                LOG.atWarn().addKeyValue("says", missing.getMessage()).log("the audit log waits for what is missing");
                late.put(record.place().partition(), record.place());
                return;
            }
            places.put(record.place().partition(), record.place());
        }

        /**
         * Who does not answer is not asked again for this batch, and the lease is renewed before each question: one service that hangs holds back its
         * own rows, and not the log.
         */
        private List<TrailRecord> asked(Stream stream, long from) throws IOException, InterruptedException {
            if (silent.contains(stream.service())) {
                throw new IOException("the feed of " + stream.service() + " did not answer a moment ago");
            }
            store.hold(epoch, LEASE);
            try {
                return source.stream(stream.service(), stream.request(), from);
            } catch (IOException away) {
                silent.add(stream.service());
                throw away;
            }
        }

        private @Nullable Head head(Stream stream) {
            return heads.getOrDefault(stream, known.get(stream));
        }

        private long next(Stream stream) {
            var head = head(stream);
            return head == null ? 0 : head.sequence() + 1;
        }

        private static Stream generationsOf(String service) {
            return new Stream(service, TrailEntry.generationsOf(service));
        }

        /** Before the first row of a generation the log says who began it. @throws IOException if the service does not tell */
        private void tellGeneration(TrailEntry entry) throws IOException, InterruptedException, RefusedException {
            var generations = generationsOf(entry.service());
            long last = entry.generation() - Generation.FIRST - 1;
            while (!entry.beginsGeneration() && next(generations) <= last) {
                long from = next(generations);
                for (var record : asked(generations, from)) {
                    var found = check.read(record);
                    if (found.beginsGeneration()
                            && found.service().equals(entry.service())
                            && found.sequence() == next(generations)) {
                        take(generations, found);
                    }
                }
                if (next(generations) == from) {
                    throw new IOException("the feed of " + entry.service() + " does not tell of generation "
                            + (from + Generation.FIRST + 1));
                }
            }
        }

        private boolean isOfLater(Stream stream, TrailEntry entry) {
            var head = head(stream);
            return head != null && entry.generation() > head.generation();
        }

        /**
         * A double is dropped; another event in the place of one that is in the log is not let in, unless a later generation tells the request anew from
         * there: then both stay in the log.
         */
        private void take(Stream stream, TrailEntry entry) throws RefusedException {
            var head = head(stream);
            boolean isOfEarlier = head != null && entry.generation() < head.generation();
            if (isOfEarlier || entry.sequence() < next(stream) && !isOfLater(stream, entry)) {
                if (!isLogged(head, entry)) {
                    throw new RefusedException("contradicts-the-log");
                }
                return;
            }
            taken.add(entry);
            heads.put(stream, new Head(entry.sequence(), entry.generation(), entry.event()));
        }

        /** Whether the event of an entry that comes late is the one that the log has at that place. */
        private boolean isLogged(@Nullable Head head, TrailEntry entry) {
            if (head != null && head.sequence() == entry.sequence() && head.generation() == entry.generation()) {
                return head.event().equals(entry.event());
            }
            // every sequence below the head is in the log, so an event that is not can only be another one
            return taken.stream().anyMatch(it -> same(it, entry))
                    || store.ofRequest(entry.request(), entry.event(), null, -1, Long.MAX_VALUE, 1).stream()
                            .map(row -> LogEntry.parse(row.entry()))
                            .anyMatch(it -> it.service().equals(entry.service()) && it.sequence() == entry.sequence());
        }

        private static boolean same(TrailEntry one, TrailEntry other) {
            return one.event().equals(other.event())
                    && one.service().equals(other.service())
                    && one.sequence() == other.sequence();
        }

        /** What is missing before an entry, from the feed of the service itself. @throws IOException if it does not come */
        private void fill(Stream stream, TrailEntry entry) throws IOException, InterruptedException, RefusedException {
            if (isOfLater(stream, entry)) {
                tellAnew(stream, entry);
            }
            while (next(stream) < entry.sequence()) {
                long from = next(stream);
                for (var record : asked(stream, from)) {
                    var found = check.read(record);
                    if (found.sequence() == next(stream) && found.sequence() < entry.sequence()) {
                        take(stream, found);
                    }
                }
                if (next(stream) == from) {
                    throw new IOException("the feed of " + stream.service() + " lacks sequence " + from + " of request "
                            + stream.request());
                }
            }
        }

        /** What its generation has of the request before an entry, which may lie below where the log stands. */
        private void tellAnew(Stream stream, TrailEntry entry)
                throws IOException, InterruptedException, RefusedException {
            for (long from = 0; from < entry.sequence(); ) {
                var page = asked(stream, from);
                if (page.isEmpty()) {
                    throw new IOException("the feed of " + stream.service() + " lacks sequence " + from + " of request "
                            + stream.request());
                }
                for (var record : page) {
                    var found = check.read(record);
                    boolean isNews = isOfLater(stream, found) || found.sequence() == next(stream);
                    if (isNews && found.sequence() < entry.sequence()) {
                        take(stream, found);
                    }
                    from = found.sequence() + 1;
                }
            }
        }

        Batch batch(GrowingTree tree) {
            var rows = new ArrayList<Row>();
            var leaves = new ArrayList<byte[]>();
            long index = tree.size();
            for (var entry : taken) {
                var bytes = check.leaf(entry).bytes();
                rows.add(new Row(index++, entry.request(), entry.controller(), entry.event(), entry.type(), bytes));
                leaves.add(Hashing.leaf(bytes));
            }
            if (rows.isEmpty()) {
                return new Batch(List.of(), List.of(), Map.of(), places, refusals, null);
            }
            var tiles = tree.append(leaves).stream()
                    .map(tile -> new TileRow(tile.level(), tile.number(), tile.hashes()))
                    .toList();
            var note = signer.sign(new Checkpoint(origin, tree.size(), tree.root()).text());
            return new Batch(rows, tiles, heads, places, refusals, new Signed(tree.size(), note, legalTime.instant()));
        }
    }
}
