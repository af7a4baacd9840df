// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.limits;

import io.habeas.contracts.Sealed;
import io.habeas.contracts.SealedField;
import io.habeas.messaging.RepeatedTransaction;
import io.habeas.request.calendars.Reckoning;
import io.habeas.request.lifecycle.EarlierRequest;
import io.habeas.request.lifecycle.State.Phase;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Promise;
import io.habeas.request.register.RequestFile;
import io.habeas.request.register.RequestFiles;
import io.habeas.sealeddata.KeyDestroyedException;
import io.habeas.sealeddata.KeyedHashes;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What else a person has asked for, where the policy counts. A request is noted when it is proved whose it is, and before anything is decided:
 * of two that are proved at once the second sees the first.
 */
public final class EarlierRequests {

    private static final Logger LOG = LoggerFactory.getLogger(EarlierRequests.class);

    private static final Duration A_MOMENT = Duration.ofSeconds(2);

    /** @param notedAs hashes of this quarter @param foundAs those and older ones under which others may stand */
    private record Person(Set<String> notedAs, Set<String> foundAs) {}

    private final CountedTable table;
    private final RepeatedTransaction transactions;
    private final RequestFiles files;
    private final Policies policies;
    private final KeyedHashes hashes;
    private final Sealer sealer;
    private final InstantSource legalTime;

    EarlierRequests(
            CountedTable table,
            RepeatedTransaction transactions,
            RequestFiles files,
            Policies policies,
            KeyedHashes hashes,
            Sealer sealer,
            InstantSource legalTime) {
        this.table = table;
        this.transactions = transactions;
        this.files = files;
        this.policies = policies;
        this.hashes = hashes;
        this.sealer = sealer;
        this.legalTime = legalTime;
    }

    /**
     * Notes whose request it is, and tells the others of the same person. May be repeated.
     *
     * @param proved who was proved to ask, sealed under the CASE key
     * @param profile the version whose rules count
     * @param place its part
     */
    public List<EarlierRequest> onProof(RequestFile file, SealedField proved, String profile, String place) {
        return counted(file, proved, promise(file, profile, place), true);
    }

    /** The others of the same person, and this one noted with them, as rules count that are to hold for it from now on. */
    public List<EarlierRequest> under(RequestFile file, String profile, String place) {
        var proved = file.proved();
        return proved == null ? List.of() : counted(file, proved, promise(file, profile, place), true);
    }

    /** The others of the same person, as they stand now; nothing while it is not proved who asks. */
    public List<EarlierRequest> of(RequestFile file) {
        var proved = file.proved();
        return proved == null ? List.of() : counted(file, proved, promise(file), false);
    }

    /** Only the row, for a table that is made again; nothing where its key is gone. */
    void noteAgain(UUID requestId) {
        files.find(requestId).ifPresent(file -> {
            var received = file.received();
            var promise = policies.controller(received.controller())
                    .flatMap(it -> it.profile(received.profile()))
                    .flatMap(it -> it.promise(received.jurisdiction(), received.right()));
            if (promise.isEmpty()) {
                LOG.atWarn()
                        .addKeyValue("requestId", requestId)
                        .log("a request is not counted again, since its policy is not there any more");
                return;
            }
            var rates = promise.get().rates();
            var proved = file.proved();
            if (proved != null && !rates.isEmpty()) {
                person(file, proved, promise.get()).ifPresent(it -> note(file, it, promise.get()));
            }
        });
    }

    private List<EarlierRequest> counted(RequestFile file, SealedField proved, Promise promise, boolean noted) {
        if (promise.rates().isEmpty()) {
            return List.of();
        }
        if (!table.isWhole()) {
            throw new ProblemException(
                            Problem.UNAVAILABLE, "what is counted is being put together again; come back in a moment")
                    .retryAfter(A_MOMENT);
        }
        return person(file, proved, promise)
                .map(person -> transactions.result(() -> {
                    if (noted) {
                        note(file, person, promise);
                    }
                    return table.of(file.controller(), person.foundAs());
                }))
                .orElse(List.of())
                .stream()
                .filter(it -> !it.equals(file.received().requestId()))
                .map(files::find)
                .flatMap(Optional::stream)
                .map(EarlierRequests::earlier)
                .flatMap(Optional::stream)
                .toList();
    }

    private void note(RequestFile file, Person person, Promise promise) {
        table.lock(file.controller(), person.foundAs());
        table.forget(legalTime.instant());
        var until = keptUntil(file, promise);
        person.notedAs()
                .forEach(it -> table.put(file.controller(), it, file.received().requestId(), until));
    }

    private Optional<Person> person(RequestFile file, SealedField proved, Promise promise) {
        var now = legalTime.instant();
        var controller = file.controller();
        var notedAs = new LinkedHashSet<String>();
        var foundAs = new LinkedHashSet<String>();
        try {
            var who = sealer.open(controller, file.received().requestId(), "proved", proved, Sealed.Proved.class);
            for (var identifier : who.identifiers()) {
                var hash = hashes.lookup(controller, identifier, now);
                notedAs.add(hash);
                foundAs.add(hash);
                foundAs.addAll(hashes.lookups(controller, identifier, countedSince(file, promise), now));
            }
        } catch (KeyDestroyedException gone) {
            // its case is over for good
            return Optional.empty();
        }
        return Optional.of(new Person(notedAs, foundAs));
    }

    private static Optional<EarlierRequest> earlier(RequestFile file) {
        boolean answered = file.answeredAt() != null;
        if (file.phase() == Phase.ENDED_EARLY && !answered) {
            return Optional.empty();
        }
        // one that is noted and not yet told to be proved is a moment ahead of us, and open
        var received = file.received();
        return Optional.of(new EarlierRequest(
                received.jurisdiction(), received.right(), received.kindAsked(), received.receivedAt(), answered));
    }

    private static Instant countedSince(RequestFile file, Promise promise) {
        var reckoning = promise.reckoning();
        var receivedAt = file.received().receivedAt();
        return promise.rates().stream()
                .map(rate -> rate.rolling() == null
                        ? startOfYear(reckoning, receivedAt)
                        : reckoning.startBefore(rate.rolling(), receivedAt))
                .min(Comparator.naturalOrder())
                .orElse(receivedAt);
    }

    private static Instant startOfYear(Reckoning reckoning, Instant moment) {
        return reckoning
                .dayOf(moment)
                .withDayOfYear(1)
                .atStartOfDay(reckoning.zone())
                .toInstant();
    }

    /** Until no later request shares a window with it. */
    private static Instant keptUntil(RequestFile file, Promise promise) {
        var reckoning = promise.reckoning();
        var day = reckoning.dayOf(file.received().receivedAt());
        var ends = new ArrayList<Instant>();
        for (var rate : promise.rates()) {
            var rolling = rate.rolling();
            var last = rolling == null
                    ? day.withDayOfYear(1).plusYears(1).minusDays(1)
                    : reckoning.lastDay(rolling, day).day();
            ends.add(reckoning.endOf(last));
        }
        return ends.stream().max(Comparator.naturalOrder()).orElseThrow();
    }

    private Promise promise(RequestFile file) {
        return promise(file, file.profile(), file.jurisdiction());
    }

    private Promise promise(RequestFile file, String profile, String place) {
        return policies.promise(file.controller(), profile, place, file.right());
    }
}
