// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.parcel;

import io.habeas.contracts.FulfillmentAnnouncement.Noted;
import io.habeas.contracts.RequestAnnouncement.Approved;
import io.habeas.contracts.SealedField;
import io.habeas.fulfillment.parcel.Layout.Section;
import io.habeas.fulfillment.worker.BackOff;
import io.habeas.fulfillment.worker.Transactions;
import io.habeas.messaging.Announcements;
import io.habeas.messaging.Cause;
import io.habeas.sealeddata.KeyService;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.LegalClock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Where packages lie until they are fetched or their time is over: sealed parts in a folder, everything else in the database. */
public final class Shelf {

    private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);

    /**
     * @param lifetime counted from completion, in legal time
     * @param downloads how often a package can be fetched
     */
    public record Terms(Path folder, Duration lifetime, int downloads) {}

    /** A package, without what is in it. */
    public record Package(
            UUID requestId,
            String controller,
            UUID keyId,
            String state,
            String reference,
            String language,
            @Nullable Instant collectedSince,
            Layout layout,
            @Nullable Instant completedAt,
            @Nullable Instant expiresAt,
            int downloads) {}

    /** What came of one chunk. */
    record Piece(UUID taskId, String store, String collection, int number, int delivered, int beforeLookBack) {}

    /** A link and its passphrase, which are shown once. */
    record Pass(String link, String passphrase, Instant expiresAt, int downloadsLeft) {
        @Override
        public String toString() {
            return "Pass[]";
        }
    }

    /** Why a package cannot be fetched. */
    enum Refusal {
        NONE_SUCH,
        NOT_READY,
        OVER
    }

    /** @throws NotFetchableException */
    static final class NotFetchableException extends Exception {

        private static final long serialVersionUID = 1L;

        private final Refusal refusal;

        NotFetchableException(Refusal refusal) {
            super(refusal.name(), null, false, false);
            this.refusal = refusal;
        }

        Refusal refusal() {
            return refusal;
        }
    }

    private record Secret(String passphrase) {
        @Override
        public String toString() {
            return "Secret[]";
        }
    }

    private static final String ACTOR = "service:fulfillment";
    private static final BackOff AFTER_FAILURE =
            new BackOff(Duration.ofSeconds(10), Duration.ofMinutes(10), Integer.MAX_VALUE);
    private static final String COLUMNS = "request_id, controller, key_id, state, reference, language, collected_since,"
            + " layout, completed_at, expires_at, downloads";
    /** No letters that are taken for digits. */
    private static final String ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Sealer sealer;
    private final KeyService keys;
    private final LegalClock clock;
    private final Transactions transactions;
    private final Announcements announcements;
    private final Terms terms;
    private final SecureRandom random = new SecureRandom();
    /** The packages that could not be destroyed, so that they do not stand before the others. */
    private final Map<UUID, Failed> failed = new ConcurrentHashMap<>();

    public Shelf(
            JdbcClient jdbc,
            JsonMapper json,
            Sealer sealer,
            KeyService keys,
            LegalClock clock,
            Transactions transactions,
            Announcements announcements,
            Terms terms) {
        this.jdbc = jdbc;
        this.json = json;
        this.sealer = sealer;
        this.keys = keys;
        this.clock = clock;
        this.transactions = transactions;
        this.announcements = announcements;
        this.terms = terms;
    }

    /** A package is to be filled; in the caller's transaction. */
    public void begin(String controller, Approved approval, UUID keyId, Layout layout) {
        var since = approval.collectedSince();
        jdbc.sql("""
                        insert into package (request_id, controller, key_id, state, reference, language, collected_since, layout)
                        values (:request, :controller, :key, 'COLLECTING', :reference, :language, :since, :layout)""")
                .param("request", approval.requestId())
                .param("controller", controller)
                .param("key", keyId)
                .param("reference", approval.reference())
                .param("language", approval.language())
                .param("since", since == null ? null : Timestamp.from(since), java.sql.Types.TIMESTAMP)
                .param("layout", json.writeValueAsString(layout))
                .update();
    }

    /** Every part is there; in the caller's transaction. @return until when it can be fetched */
    public Instant complete(UUID requestId) {
        var now = clock.instant();
        var until = now.plus(terms.lifetime());
        jdbc.sql("""
                        update package set state = 'READY', completed_at = :now, expires_at = :until
                         where request_id = :request and state = 'COLLECTING'""")
                .param("now", Timestamp.from(now))
                .param("until", Timestamp.from(until))
                .param("request", requestId)
                .update();
        return until;
    }

    /** Nobody will fetch it; in the caller's transaction. What there is of it is destroyed soon. */
    public void end(UUID requestId) {
        jdbc.sql("""
                        update package set state = 'ENDED', expires_at = :now
                         where request_id = :request and state in ('COLLECTING', 'READY')""")
                .param("now", Timestamp.from(clock.instant()))
                .param("request", requestId)
                .update();
    }

    public Optional<Package> find(UUID requestId) {
        return jdbc.sql("select " + COLUMNS + " from package where request_id = :request")
                .param("request", requestId)
                .query((row, _) -> new Package(
                        requestId,
                        row.getString("controller"),
                        row.getObject("key_id", UUID.class),
                        row.getString("state"),
                        row.getString("reference"),
                        row.getString("language"),
                        instant(row.getTimestamp("collected_since")),
                        json.readValue(row.getString("layout"), Layout.class),
                        instant(row.getTimestamp("completed_at")),
                        instant(row.getTimestamp("expires_at")),
                        row.getInt("downloads")))
                .optional();
    }

    private static @Nullable Instant instant(@Nullable Timestamp at) {
        return at == null ? null : at.toInstant();
    }

    /** Begins a part; a part that was kept under the same name before is replaced. */
    public Part part(Package parcel, Section section, UUID taskId, int number) throws IOException {
        var place = placeOf(parcel.requestId(), taskId, section.collection(), number);
        Files.createDirectories(place.toAbsolutePath().getParent());
        var unfinished = place.resolveSibling(place.getFileName() + "." + UUID.randomUUID() + ".unfinished");
        var field = fieldOf(taskId, section.collection(), number);
        return new Part(
                section,
                parcel.collectedSince(),
                place,
                unfinished,
                below -> sealer.sealing(parcel.controller(), parcel.requestId(), field, parcel.keyId(), below));
    }

    InputStream open(Package parcel, Piece piece) throws IOException {
        var place = placeOf(parcel.requestId(), piece.taskId(), piece.collection(), piece.number());
        return sealer.opening(
                parcel.controller(),
                parcel.requestId(),
                fieldOf(piece.taskId(), piece.collection(), piece.number()),
                parcel.keyId(),
                Files.newInputStream(place));
    }

    private static UUID named(String collection) {
        return UUID.nameUUIDFromBytes(collection.getBytes(StandardCharsets.UTF_8));
    }

    private static String fieldOf(UUID taskId, String collection, int number) {
        return "part/" + taskId + "/" + named(collection) + "/" + number;
    }

    private Path placeOf(UUID requestId, UUID taskId, String collection, int number) {
        return terms.folder()
                .resolve(requestId.toString())
                .resolve(taskId.toString())
                .resolve(named(collection) + "-" + number + ".part");
    }

    /** What the package is made of, in the order in which it was found. */
    List<Piece> pieces(UUID requestId, String store, String collection) {
        return jdbc.sql("""
                        select t.task_id, t.store, c.collection, c.number, c.delivered, c.before_look_back
                          from chunk c join task t using (task_id)
                         where t.request_id = :request and t.state = 'DONE' and t.store = :store
                           and c.collection = :collection
                         order by c.number""")
                .param("request", requestId)
                .param("store", store)
                .param("collection", collection)
                .query((row, _) -> new Piece(
                        row.getObject(1, UUID.class),
                        row.getString(2),
                        row.getString(3),
                        row.getInt(4),
                        row.getInt(5),
                        row.getInt(6)))
                .list();
    }

    /** What one task delivers, for its outcome: every collection of its store. */
    public List<Delivered> delivered(UUID requestId, UUID taskId) {
        var parcel = find(requestId).orElseThrow();
        var store = jdbc.sql("select store from task where task_id = :task")
                .param("task", taskId)
                .query(String.class)
                .single();
        return parcel.layout().sections().stream()
                .filter(section -> section.store().equals(store))
                .map(section -> delivered(taskId, section))
                .toList();
    }

    private Delivered delivered(UUID taskId, Section section) {
        return jdbc.sql("""
                        select coalesce(sum(to_do + kept), 0), coalesce(sum(delivered), 0), coalesce(sum(before_look_back), 0)
                          from chunk where task_id = :task and collection = :collection""")
                .param("task", taskId)
                .param("collection", section.collection())
                .query((row, _) -> new Delivered(
                        section.collection(),
                        row.getLong(1),
                        row.getLong(2),
                        PackageZip.omitted(
                                section, row.getLong(2), row.getLong(3), leftOut("t.task_id = ?", taskId, section))))
                .single();
    }

    /** How many records of a section the policy does not cover, by what they are; they are found, and nothing of them is in the package. */
    Map<String, Long> leftOut(UUID requestId, Section section) {
        return leftOut("t.request_id = ?", requestId, section);
    }

    private Map<String, Long> leftOut(String of, UUID id, Section section) {
        var leftOut = new LinkedHashMap<String, Long>();
        jdbc.sql("select k.ground, sum(k.records) from planned_keep k join task t using (task_id) where " + of
                        + " and t.store = ? and k.collection = ? group by k.ground order by k.ground")
                .params(id, section.store(), section.collection())
                .query((row, _) -> leftOut.put(row.getString(1), row.getLong(2)))
                .list();
        return leftOut;
    }

    /** Makes a link, which takes the place of an earlier one. */
    Pass pass(UUID requestId, String actor) throws NotFetchableException {
        var parcel = fetchable(requestId);
        var secret = new byte[32];
        random.nextBytes(secret);
        var link = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        var passphrase = passphrase();
        var sealed = sealer.seal(parcel.controller(), requestId, "passphrase", parcel.keyId(), new Secret(passphrase));
        int left = transactions.call(() -> {
            noted(parcel, actor);
            return jdbc.sql("""
                            update package set link_hash = :hash, passphrase = :passphrase
                             where request_id = :request and state = 'READY' returning :limit - downloads""")
                    .param("hash", hash(link))
                    .param("passphrase", sealed.ciphertext())
                    .param("limit", terms.downloads())
                    .param("request", requestId)
                    .query(Integer.class)
                    .optional()
                    .orElse(0);
        });
        return new Pass(link, passphrase, java.util.Objects.requireNonNull(parcel.expiresAt()), left);
    }

    private Package fetchable(UUID requestId) throws NotFetchableException {
        var parcel = find(requestId).orElseThrow(() -> new NotFetchableException(Refusal.NONE_SUCH));
        if (parcel.state().equals("COLLECTING")) {
            throw new NotFetchableException(Refusal.NOT_READY);
        }
        var until = parcel.expiresAt();
        if (!parcel.state().equals("READY")
                || until == null
                || !clock.instant().isBefore(until)
                || parcel.downloads() >= terms.downloads()) {
            throw new NotFetchableException(Refusal.OVER);
        }
        return parcel;
    }

    /** A package that one download was counted for, and the passphrase that goes with the link. */
    record Taken(Package parcel, String passphrase) {
        @Override
        public String toString() {
            return "Taken[]";
        }
    }

    Taken take(UUID requestId, String link, String actor) throws NotFetchableException {
        var parcel = fetchable(requestId);
        var sealed = transactions.call(() -> {
            var passphrase = jdbc.sql("""
                            update package set downloads = downloads + 1
                             where request_id = :request and state = 'READY' and link_hash = :hash
                               and downloads < :limit
                            returning passphrase""")
                    .param("request", requestId)
                    .param("hash", hash(link))
                    .param("limit", terms.downloads())
                    .query(String.class)
                    .optional();
            passphrase.ifPresent(_ -> noted(parcel, actor));
            return passphrase;
        });
        if (sealed.isEmpty()) {
            throw new NotFetchableException(Refusal.NONE_SUCH);
        }
        var secret = sealer.open(
                parcel.controller(),
                requestId,
                "passphrase",
                new SealedField(parcel.keyId(), sealed.get()),
                Secret.class);
        return new Taken(parcel, secret.passphrase());
    }

    /** Reading a person's data is an event of its own. */
    private void noted(Package parcel, String actor) {
        announcements.announce(new Noted(parcel.requestId()), new Cause(null, parcel.controller(), actor, null));
    }

    /** @param due by {@link System#nanoTime()} */
    private record Failed(int times, long due) {}

    /**
     * Destroys one package whose time is over: first the key, which alone erases it everywhere, then the files. One that cannot be
     * destroyed is logged, and tried again after a pause.
     *
     * @return whether there was one
     */
    public boolean destroyOne() {
        long now = System.nanoTime();
        var waiting = failed.entrySet().stream()
                .filter(it -> it.getValue().due() - now > 0)
                .map(Map.Entry::getKey)
                .toArray(UUID[]::new);
        var over = jdbc.sql("""
                        select request_id, controller, key_id from package
                         where state in ('READY', 'ENDED') and expires_at <= :now and request_id <> all (:waiting)
                         order by expires_at limit 1""")
                .param("now", Timestamp.from(clock.instant()))
                .param("waiting", waiting)
                .query((row, _) ->
                        new Expired(row.getObject(1, UUID.class), row.getString(2), row.getObject(3, UUID.class)))
                .optional();
        if (over.isEmpty()) {
            return false;
        }
        var expired = over.get();
        try {
            destroy(expired);
            failed.remove(expired.requestId());
        } catch (IOException | RuntimeException | LinkageError | AssertionError | StackOverflowError cannot) {
            int times =
                    failed.getOrDefault(expired.requestId(), new Failed(0, 0)).times() + 1;
            var pause = AFTER_FAILURE.pause(times);
            failed.put(expired.requestId(), new Failed(times, System.nanoTime() + pause.toNanos()));
            LOG.atError()
                    .addKeyValue("requestId", expired.requestId())
                    .addKeyValue("failure", cannot.getClass().getName())
                    .addKeyValue("attempt", times)
                    .log("a package whose time is over could not be destroyed; it will be tried again");
        }
        return true;
    }

    private void destroy(Expired expired) throws IOException {
        keys.destroy(expired.controller(), expired.keyId());
        removeFolder(terms.folder().resolve(expired.requestId().toString()));
        transactions.run(() -> {
            jdbc.sql("""
                            update package set state = 'DESTROYED', link_hash = null, passphrase = null
                             where request_id = :request""").param("request", expired.requestId()).update();
            announcements.announce(new Noted(expired.requestId()), new Cause(null, expired.controller(), ACTOR, null));
        });
        LOG.atInfo().addKeyValue("requestId", expired.requestId()).log("package destroyed");
    }

    private record Expired(UUID requestId, String controller, UUID keyId) {}

    private static void removeFolder(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** 120 bits, in groups that can be read aloud. */
    private String passphrase() {
        var text = new StringBuilder();
        for (int i = 0; i < 24; i++) {
            if (i > 0 && i % 6 == 0) {
                text.append('-');
            }
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    private static byte[] hash(String link) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(link.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
