// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.jwt.BadJwtException;

/**
 * The list of revoked tokens as it was at most a minute ago. It is fetched when a token is checked and the list is no longer
 * young, by one thread while the others go on with what they have; a list older than a minute is not used, and no token is
 * believed without one.
 */
final class Revocations {

    /** What revocation may take at most. */
    static final Duration OLDEST = Duration.ofSeconds(60);

    /** After a failure nobody asks again for so long. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Revocations.class);

    private record Holder(Caller.Kind kind, String subject, String controller) {}

    private record Held(Map<Holder, Instant> list, long asOfNanos) {}

    private record Failed(RuntimeException failure, long atNanos) {}

    private final RevocationSource source;
    private final Duration young;
    private final LongSupplier nanos;
    private final ReentrantLock fetching = new ReentrantLock();
    private volatile @Nullable Held held;
    private @Nullable Failed failed; // under the lock alone

    /** @param young up to this age the list is used as it is */
    Revocations(RevocationSource source, Duration young, LongSupplier nanos) {
        this.source = source;
        this.young = young;
        this.nanos = nanos;
    }

    /**
     * @param issuedAt as the token says; null is before everything
     * @throws BadJwtException if the token was revoked
     * @throws NotCheckableException if that can not be known
     */
    void require(Caller.Kind kind, String subject, Set<String> controllers, @Nullable Instant issuedAt) {
        var list = list();
        if (list.isEmpty()) {
            return;
        }
        for (var controller : controllers) {
            var at = list.get(new Holder(kind, subject, controller));
            if (at != null && (issuedAt == null || !issuedAt.isAfter(at))) {
                throw new BadJwtException("the token was revoked");
            }
        }
    }

    private Map<Holder, Instant> list() {
        var known = held;
        if (known != null && age(known) <= young.toNanos()) {
            return known.list();
        }
        if (known != null && age(known) <= OLDEST.toNanos()) {
            if (!fetching.tryLock()) {
                return known.list();
            }
        } else {
            fetching.lock();
        }
        try {
            return fetched();
        } finally {
            fetching.unlock();
        }
    }

    private Map<Holder, Instant> fetched() {
        var known = held;
        if (known != null && age(known) <= young.toNanos()) {
            return known.list();
        }
        long asOf = nanos.getAsLong();
        var before = failed;
        if (before != null && asOf - before.atNanos() < PAUSE.toNanos()) {
            // who waited for the one that failed is told so, and does not stand in line for its time limit again
            return without(known, before.failure());
        }
        try {
            var list = new HashMap<Holder, Instant>();
            for (var revocation : source.fetch()) {
                list.merge(
                        new Holder(revocation.kind(), revocation.subject(), revocation.controller()),
                        revocation.at(),
                        (one, other) -> one.isAfter(other) ? one : other);
            }
            held = new Held(Map.copyOf(list), asOf);
            failed = null;
            return list;
        } catch (RuntimeException away) {
            failed = new Failed(away, nanos.getAsLong());
            LOG.warn("the list of revoked tokens can not be had; the last one holds until it is a minute old");
            return without(known, away);
        }
    }

    private Map<Holder, Instant> without(@Nullable Held known, RuntimeException away) {
        if (known != null && age(known) <= OLDEST.toNanos()) {
            return known.list();
        }
        throw new NotCheckableException("there is no fresh list of revoked tokens", away);
    }

    private long age(Held list) {
        return nanos.getAsLong() - list.asOfNanos();
    }
}
