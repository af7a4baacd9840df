// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.audit;

import io.habeas.auditlog.LogEntry;
import io.habeas.contracts.ControllerAnnouncement;
import io.habeas.contracts.FulfillmentAnnouncement;
import io.habeas.journal.EventJournal;
import io.habeas.journal.EventJournal.StreamPlace;
import io.habeas.journal.StoredEvent;
import io.habeas.messaging.TrailEntry;
import io.habeas.messaging.TrailRecord;
import io.habeas.messaging.TrailSecret;
import io.habeas.request.lifecycle.RequestEvent.RequestReceived;
import io.habeas.request.lifecycle.StoredEvents;
import io.habeas.request.standing.StandingEvents;
import io.habeas.sealeddata.KeyDestroyedException;
import io.habeas.sealeddata.KeyRefusedException;
import io.habeas.sealeddata.KeyStore;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Decides whether a record may become an entry: from a known service, about a known request, and for our own rows as the journal has it. */
final class TrailCheck {

    /** It is not let in, now or later; the reason is a slug. */
    static final class RefusedException extends Exception {

        private static final long serialVersionUID = 1L;

        private final String reason;

        RefusedException(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    /** The service whose journal this process can look into. */
    static final String OWN = "request";

    private static final String OF_DATA_MAPS = "fulfillment";

    private static final int MOST = 20_000;

    /** Whose a request is, and where its case key lies. */
    private record Case(String controller, UUID key) {}

    private final Map<String, TrailSecret> secrets;
    private final EventJournal journal;
    private final KeyStore keys;
    private final Function<StoredEvent, TrailEntry> own;
    private final LongFunction<Optional<TrailEntry>> ownGenerations;
    private final StoredEvents events = new StoredEvents();
    private final Map<StreamPlace, StoredEvent> seen = new HashMap<>();
    private final Map<UUID, Case> cases = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Case> eldest) {
            return size() > MOST;
        }
    };

    /**
     * @param secrets by the short names of services
     * @param own what this service's relay tells of a row
     * @param ownGenerations what this service's journal says of a generation
     */
    TrailCheck(
            Map<String, TrailSecret> secrets,
            EventJournal journal,
            KeyStore keys,
            Function<StoredEvent, TrailEntry> own,
            LongFunction<Optional<TrailEntry>> ownGenerations) {
        this.ownGenerations = ownGenerations;
        this.secrets = secrets;
        this.journal = journal;
        this.keys = keys;
        this.own = own;
    }

    /** What a record says, true or not; nothing where it is not readable. */
    static Optional<TrailEntry> claimed(TrailRecord record) {
        try {
            return Optional.of(TrailEntry.read(record.value()));
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    /** Asks the journal once for the rows that the checks of these entries will want to see, and forgets those of the last call. */
    void lookAhead(Collection<TrailEntry> entries) {
        var wanted = new HashSet<StreamPlace>();
        for (var entry : entries) {
            if (!entry.beginsGeneration() && !isOfDataMaps(entry)) {
                if (!cases.containsKey(entry.request())) {
                    wanted.add(new StreamPlace(entry.request(), 0));
                }
                if (entry.service().equals(OWN)) {
                    wanted.add(new StreamPlace(entry.request(), entry.sequence()));
                }
            }
        }
        seen.clear();
        for (var row : journal.readPlaces(wanted)) {
            seen.put(new StreamPlace(row.event().stream(), row.event().sequence()), row);
        }
    }

    /** Rows do not change, so that one that was seen is still there. */
    private Optional<StoredEvent> row(UUID request, long sequence) {
        var row = seen.get(new StreamPlace(request, sequence));
        return row != null
                ? Optional.of(row)
                : journal.readStream(request, sequence, 1).stream().findFirst();
    }

    /** @throws RefusedException if it does not come from the service that it names, or contradicts what is known */
    TrailEntry read(TrailRecord record) throws RefusedException {
        return read(record, claimed(record));
    }

    /** The same where it is known what the record claims. */
    TrailEntry read(TrailRecord record, Optional<TrailEntry> claimed) throws RefusedException {
        var entry = claimed.orElseThrow(() -> new RefusedException("not-readable"));
        var secret = secrets.get(entry.service());
        if (secret == null) {
            throw new RefusedException("unknown-service");
        }
        if (!secret.fits(record.value(), record.mac())) {
            throw new RefusedException("wrong-mac");
        }
        if (entry.beginsGeneration()) {
            if (entry.service().equals(OWN) && !isOwnGeneration(entry)) {
                throw new RefusedException("not-in-the-journal");
            }
            return entry;
        }
        if (isOfDataMaps(entry)) {
            return entry;
        }
        var owner = owner(entry.request()).orElseThrow(() -> new RefusedException("unknown-request"));
        if (!owner.controller().equals(entry.controller())) {
            throw new RefusedException("other-controller");
        }
        if (entry.service().equals(OWN) && !agrees(entry)) {
            throw new RefusedException("not-in-the-journal");
        }
        return entry;
    }

    /** What fulfillment says of the data maps of a controller, under the names that only these can have; its rule says which version. */
    private static boolean isOfDataMaps(TrailEntry entry) {
        if (!entry.service().equals(OF_DATA_MAPS)) {
            return false;
        }
        boolean changed = entry.type().startsWith("fulfillment.data-map-")
                && entry.request().equals(FulfillmentAnnouncement.dataMapsOf(entry.controller()));
        return changed
                || entry.type().startsWith("controller.data-map-")
                        && entry.request().equals(ControllerAnnouncement.dataMapOf(entry.controller()));
    }

    private boolean isOwnGeneration(TrailEntry entry) {
        return ownGenerations
                .apply(entry.generation())
                .filter(entry::agreesWith)
                .isPresent();
    }

    private boolean agrees(TrailEntry entry) {
        // with the digest: nobody who holds the secret alone may commit the log to another payload
        return row(entry.request(), entry.sequence())
                .filter(row -> own.apply(row).agreesWith(entry))
                .isPresent();
    }

    private Optional<Case> owner(UUID request) {
        var known = cases.get(request);
        if (known != null) {
            return Optional.of(known);
        }
        var first = row(request, 0);
        var owner = first.flatMap(this::ownerOf);
        owner.ifPresent(it -> cases.put(request, it));
        return owner;
    }

    /** What begins a stream says whose it is: the receipt of a request, or something about a fact that stands. */
    private Optional<Case> ownerOf(StoredEvent first) {
        if (StandingEvents.isOne(first)) {
            return Optional.of(new Case(first.event().controller(), StandingEvents.keyOf(first.event().stream())));
        }
        return events.read(first) instanceof RequestReceived received
                ? Optional.of(new Case(received.controller(), received.keys().caseKey()))
                : Optional.empty();
    }

    /**
     * The leaf of the tree. Without a commitment where the case key is gone already.
     *
     * @throws io.habeas.sealeddata.KeyUnavailableException when keys cannot be had for now
     */
    LogEntry leaf(TrailEntry entry) {
        return new LogEntry(
                entry.service(),
                entry.generation(),
                entry.request(),
                entry.sequence(),
                entry.event(),
                entry.type(),
                entry.revision(),
                entry.time(),
                entry.controller(),
                entry.actor(),
                entry.rule(),
                commitment(entry));
    }

    private byte @Nullable [] commitment(TrailEntry entry) {
        if (entry.beginsGeneration() || isOfDataMaps(entry)) {
            // it is of no request, whose key could make one
            return null;
        }
        var owner = owner(entry.request()).orElseThrow();
        try {
            return keys.key(owner.controller(), entry.request(), owner.key())
                    .auditCommitment(entry.event(), entry.digest());
        } catch (KeyDestroyedException | KeyRefusedException gone) {
            return null;
        }
    }
}
