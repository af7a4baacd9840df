// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import io.habeas.contracts.KeyClass;
import io.habeas.contracts.RequestKeys;
import io.habeas.fault.FaultPoints;
import io.habeas.sealeddata.Bindings.Binding;
import io.habeas.sealeddata.KeyTable.Known;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * All data keys of an installation: in the database {@code habeas_keys}, wrapped under key-encryption keys that exist as
 * files alone. Lives inside the request-service; several copies may share one database and one directory.
 *
 * <p>The schema is Flyway's, in {@code classpath:db/keys}.
 */
public final class KeyStore implements KeyService, AutoCloseable {

    private static final int SWEEP = 1000;
    /** Longer than an intake takes with a pair that it took at its last moment, and than clocks differ. */
    private static final Period SWEEP_LATER = Period.ofDays(7);
    /** A sweep runs every hour; what was made so long before was swept, or stays: nothing was ever sealed under it. */
    private static final Duration SWEPT_BACK = Duration.ofDays(90);

    private final InstantSource legalTime;
    private final KeyStoreSettings settings;
    private final Vault vault;
    private final KeyTable table;
    private final HashKeys hashKeys;
    private final Tombstones tombstones;
    private final Bindings bindings;
    private final KeyCache<UUID, Known> cache;
    private final Map<String, KeyPool> pools = new ConcurrentHashMap<>();

    /**
     * Destroys again what was destroyed before, so that a database from an older backup brings nothing back.
     *
     * @param database whose connections must give up within seconds when it is down
     * @param kekDirectory closed to everybody but its owner; made if it is missing
     * @param legalTime decides when keys expire
     * @throws KeyUnavailableException when the database does not answer
     */
    public KeyStore(DataSource database, Path kekDirectory, InstantSource legalTime, KeyStoreSettings settings) {
        var tables = new Database(database);
        this.legalTime = legalTime;
        this.settings = settings;
        this.vault = new Vault(tables, new KeyFiles(kekDirectory), settings);
        this.table = new KeyTable(tables, vault);
        this.hashKeys = new HashKeys(tables, vault, settings);
        this.tombstones = new Tombstones(kekDirectory);
        var cached = new KeyCache<UUID, Known>(settings.cachedKeys(), settings.cacheAge(), settings.nanos());
        this.cache = cached;
        this.bindings = new Bindings(table, (keyId, requestId) -> {
            if (requestId == null) {
                cached.evict(keyId);
            } else {
                cached.update(keyId, known -> known.requestId() == null ? known.boundTo(requestId) : known);
            }
        });
        tombstones.forEachChunk(ids -> table.destroy(ids, now(), DestructionReason.REAPPLIED));
        vault.removeFilesOfDestroyed();
    }

    public KeyStore(DataSource database, Path kekDirectory, InstantSource legalTime) {
        this(database, kekDirectory, legalTime, KeyStoreSettings.defaults());
    }

    /** Begins to make keys for a controller that will take requests, so that the first one need not wait. */
    public void prepare(String controller) {
        pool(controller).refillBehind();
    }

    /** Pairs that lie ready, of the controller that has the fewest; 0 before any controller was prepared. */
    public int fewestReady() {
        return pools.values().stream().mapToInt(KeyPool::size).min().orElse(0);
    }

    @Override
    public RequestKeys allotRequestKeys(String controller) {
        var pair = pool(controller).take();
        cache.put(pair.identity().id(), new Known(controller, KeyClass.IDENTITY, null, pair.identity()));
        cache.put(pair.caseKey().id(), new Known(controller, KeyClass.CASE, null, pair.caseKey()));
        return new RequestKeys(pair.identity().id(), pair.caseKey().id());
    }

    /**
     * Takes back a pair that was handed out and not used: nothing that was sealed under it is kept anywhere. The next request gets it. A pair that is bound or
     * destroyed stays as it is.
     */
    public void giveBack(String controller, RequestKeys unused) {
        var identity = known(controller, unused.identity());
        var caseKey = known(controller, unused.caseKey());
        boolean free = identity.requestId() == null
                && caseKey.requestId() == null
                && bindings.waitingFor(unused.identity()) == null
                && bindings.waitingFor(unused.caseKey()) == null;
        if (free && identity.key() != null && caseKey.key() != null) {
            pool(controller).giveBack(identity.key(), caseKey.key());
        }
    }

    /**
     * Notes, a moment later, which request a key was used for. Call it when the request is committed, and again whenever
     * its first event is read: a process that died in between has not noted it. Until then the key opens under whichever
     * request its callers name; what was sealed is bound by its associated data all the same.
     */
    public void bind(UUID keyId, String controller, UUID requestId) {
        bindings.add(keyId, new Binding(controller, requestId));
    }

    @Override
    public UUID allot(String controller, UUID requestId, KeyClass keyClass) {
        var keyId = UUID.randomUUID();
        allot(controller, requestId, keyClass, keyId);
        return keyId;
    }

    /**
     * The same with an id of the caller's, who may repeat the call.
     *
     * @throws KeyRefusedException when the id is taken by another class, request or controller
     * @throws KeyDestroyedException when that key existed and is gone
     */
    public void allot(String controller, UUID requestId, KeyClass keyClass, UUID keyId) {
        Sealer.checkController(controller);
        var expires = now().plus(settings.life(keyClass)).toInstant();
        var made = table.insert(controller, keyClass, requestId, List.of(keyId), expires);
        if (made.isEmpty()) {
            cache.evict(keyId);
            if (key(controller, requestId, keyId).keyClass() != keyClass) {
                throw new KeyRefusedException(controller, keyId);
            }
        }
    }

    @Override
    public DataKey key(String controller, UUID requestId, UUID keyId) {
        var known = known(controller, keyId);
        var bound = bindings.waitingFor(keyId);
        if (known.requestId() == null && bound != null) {
            var request = bound.requestId();
            known = known.boundTo(request);
            // not put: what was destroyed meanwhile stays so
            cache.update(keyId, it -> it.requestId() == null ? it.boundTo(request) : it);
        }
        if (known.requestId() != null && !known.requestId().equals(requestId)) {
            throw new KeyRefusedException(controller, keyId);
        }
        var key = known.key();
        if (key == null) {
            throw new KeyDestroyedException(keyId);
        }
        return key;
    }

    /** Looks a key up again when it is next asked for: whoever keeps the answer for a while counts from now, not from when this process heard of it. */
    public void lookAgain(UUID keyId) {
        cache.evict(keyId);
    }

    /** What a key is for, whether or not it still exists. */
    public KeyClass classOf(String controller, UUID keyId) {
        return known(controller, keyId).keyClass();
    }

    private Known known(String controller, UUID keyId) {
        var known =
                cache.get(keyId, () -> table.find(keyId).orElseThrow(() -> new KeyRefusedException(controller, keyId)));
        if (!known.controller().equals(controller)) {
            throw new KeyRefusedException(controller, keyId);
        }
        return known;
    }

    @Override
    public void destroy(String controller, UUID keyId) {
        destroy(controller, keyId, DestructionReason.PURPOSE_ENDED);
    }

    public void destroy(String controller, UUID keyId, DestructionReason reason) {
        var known = known(controller, keyId);
        if (known.key() == null) {
            return;
        }
        tombstones.add(keyId);
        cache.evict(keyId);
        FaultPoints.pass("keys.after-tombstone-before-destroy");
        table.destroy(List.of(keyId), now(), reason);
        cache.put(keyId, new Known(controller, known.keyClass(), known.requestId(), null));
        FaultPoints.pass("keys.after-destroy-before-answer");
    }

    /**
     * Gives a key until then: it is wrapped again under that month's key-encryption key.
     *
     * @throws KeyDestroyedException when there is nothing left to prolong
     */
    public void prolong(String controller, UUID keyId, Instant expires) {
        known(controller, keyId);
        if (!table.move(keyId, expires)) {
            throw new KeyDestroyedException(keyId);
        }
    }

    /**
     * Prolongs what lives in a month that is over: its purpose has not ended, or it would be destroyed. Comes before
     * {@link #destroyEndedMonths}.
     *
     * @param now in legal time, the same as there
     * @return how many were prolonged
     */
    public int prolongEnded(Set<KeyClass> classes, Instant now, Instant expires) {
        var prolonged = 0;
        var ended = KeyTable.monthOf(now);
        var ids = table.livingBefore(ended, classes, null, SWEEP);
        while (!ids.isEmpty()) {
            prolonged +=
                    (int) ids.stream().filter(id -> table.move(id, expires)).count();
            ids = table.livingBefore(ended, classes, ids.getLast(), SWEEP);
        }
        return prolonged;
    }

    /**
     * Destroys the key-encryption key of a month that is over in legal time, and so every key that expired in it.
     *
     * @throws IllegalArgumentException when the month is not over: keys that are handed out today may end in it
     */
    public void destroyMonth(String controller, YearMonth month) {
        if (!month.isBefore(KeyTable.monthOf(legalTime.instant()))) {
            throw new IllegalArgumentException("month " + month + " is not over; its keys are in use");
        }
        vault.destroy(controller, month, now());
        cache.clear();
        hashKeys.clear();
    }

    /**
     * Destroys every month that was over then, of all controllers. What must live on is prolonged first.
     *
     * @param now in legal time
     */
    public void destroyEndedMonths(Instant now) {
        vault.endedBefore(KeyTable.monthOf(now)).forEach(kek -> destroyMonth(kek.controller(), kek.month()));
    }

    /**
     * Removes keys that were made ahead so long ago that every living process has thrown them away.
     *
     * @param now in real time
     * @param named as for {@link #sweepUnassigned}
     */
    public int sweepAbandoned(Instant now, Function<Set<UUID>, Set<UUID>> named) {
        var created = now.atOffset(ZoneOffset.UTC).minus(settings.poolAge()).minus(SWEEP_LATER);
        return sweepUnassigned(created.toInstant(), named);
    }

    /**
     * Removes keys that a dead process had made ahead, within the {@code 90} days before. Whether it handed one out only the journal knows.
     *
     * @param created in real time; must lie before the start of every running process
     * @param named which of these keys some stored event names; the journal must be read to its end
     * @return how many were removed
     */
    public int sweepUnassigned(Instant created, Function<Set<UUID>, Set<UUID>> named) {
        var removed = 0;
        var from = created.minus(SWEPT_BACK);
        var ids = table.pooled(from, created, null, SWEEP);
        while (!ids.isEmpty()) {
            var used = named.apply(Set.copyOf(ids));
            removed +=
                    table.forget(ids.stream().filter(id -> !used.contains(id)).toList());
            ids = table.pooled(from, created, ids.getLast(), SWEEP);
        }
        return removed;
    }

    /** For health: the database answers, and every living key-encryption key has its file. */
    public void check() {
        vault.check();
    }

    HashKeys hashKeys() {
        return hashKeys;
    }

    KeyStoreSettings settings() {
        return settings;
    }

    int ready(String controller) {
        return pool(controller).size();
    }

    int bindingsWaiting() {
        return bindings.waiting();
    }

    private KeyPool pool(String controller) {
        Sealer.checkController(controller);
        return pools.computeIfAbsent(controller, name -> new KeyPool(name, table, legalTime, settings));
    }

    private OffsetDateTime now() {
        return legalTime.instant().atOffset(ZoneOffset.UTC);
    }

    /** Writes what waits and gives unused keys back. A process that is killed instead loses nothing but those. */
    @Override
    public void close() {
        pools.values().forEach(KeyPool::close);
        bindings.close();
    }
}
