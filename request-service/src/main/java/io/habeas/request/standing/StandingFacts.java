// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import io.habeas.contracts.Identifier;
import io.habeas.contracts.KeyClass;
import io.habeas.contracts.SealedField;
import io.habeas.contracts.StandingOrigin;
import io.habeas.messaging.RepeatedTransaction;
import io.habeas.request.lifecycle.DerivedIds;
import io.habeas.request.standing.Said.Wish;
import io.habeas.request.standing.StandingJournal.Entry;
import io.habeas.request.standing.StandingJournal.Why;
import io.habeas.request.standing.StandingTable.Spent;
import io.habeas.sealeddata.KeyStore;
import io.habeas.sealeddata.KeyedHashes;
import io.habeas.sealeddata.Sealer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What people said about the use of their data. A fact is in the journal and in the table with one commit: who asks after that commit is
 * answered by it. Every method throws {@code KeyUnavailableException} or an exception of the journal when it can not be done for now, and
 * may then be repeated with the same id.
 */
public final class StandingFacts {

    static final String IDENTIFIER = "identifier";

    /** @param said whether it was said now, and did not stand before */
    public record Recorded(Fact fact, boolean said) {}

    private record Planned(UUID fact, String person, Identifier identifier, Wish wish) {}

    private final StandingJournal journal;
    private final StandingTable table;
    private final RepeatedTransaction transactions;
    private final KeyedHashes hashes;
    private final KeyStore keys;
    private final Sealer sealer;
    private final Runnable spent;

    /** @param spent called after a commit that ended facts */
    StandingFacts(
            StandingJournal journal,
            StandingTable table,
            RepeatedTransaction transactions,
            KeyedHashes hashes,
            KeyStore keys,
            Sealer sealer,
            Runnable spent) {
        this.journal = journal;
        this.table = table;
        this.transactions = transactions;
        this.hashes = hashes;
        this.keys = keys;
        this.sealer = sealer;
        this.spent = spent;
    }

    /**
     * Makes it hold, for each identifier by itself. What stood in its place ends.
     *
     * @return a fact for each person and wish; what stands in one place is one fact
     * @throws MisusedKeyException if something else was said under that id
     */
    public List<Recorded> record(Said said) {
        var planned = planned(said);
        var before = journal.firsts(planned.stream().map(Planned::fact).toList());
        before.values().forEach(first -> requireSame(first, said.fingerprint()));
        var recorded = new LinkedHashMap<UUID, Recorded>();
        var fresh = new LinkedHashMap<Planned, StandingEvent.Set>();
        for (var plan : planned) {
            var repeated = before.get(plan.fact());
            var standing = repeated == null ? standsAlready(said.controller(), plan) : null;
            if (repeated instanceof StandingEvent.Set set) {
                recorded.put(plan.fact(), new Recorded(Fact.of(set), true));
            } else if (standing != null) {
                recorded.put(plan.fact(), new Recorded(standing, false));
            } else {
                var set = seal(said, plan);
                fresh.put(plan, set);
                recorded.put(plan.fact(), new Recorded(Fact.of(set), true));
            }
        }
        if (!fresh.isEmpty()) {
            var why = new Why(said.controller(), said.actor(), said.id(), said.at());
            boolean ended = transactions.result(() -> write(fresh, why, said.fingerprint()));
            journal.wake();
            if (ended) {
                spent.run();
            }
        }
        return List.copyOf(recorded.values());
    }

    private List<Planned> planned(Said said) {
        var planned = new ArrayList<Planned>();
        var known = new HashSet<String>();
        var wishes = withoutDoubles(said.wishes());
        for (var identifier : said.identifiers()) {
            var person = hashes.standing(said.controller(), identifier, said.at());
            if (known.add(person)) {
                for (var wish : wishes) {
                    planned.add(new Planned(idOf(said.id(), planned.size()), person, identifier, wish));
                }
            }
        }
        return planned;
    }

    /** Of those that would stand in one place the first stays, a person's own words before those of a browser; what is said of all channels is said of each. */
    static List<Wish> withoutDoubles(List<Wish> wishes) {
        var kept = new ArrayList<Wish>();
        wishes.stream()
                .sorted(Comparator.comparing((Wish it) -> it.channel() != null).thenComparing(Wish::isSaidAllTheTime))
                .filter(it -> kept.stream()
                        .noneMatch(before -> before.use().equals(it.use())
                                && (before.channel() == null || before.channel().equals(it.channel()))))
                .forEach(kept::add);
        return kept;
    }

    static UUID idOf(UUID said, int index) {
        return DerivedIds.of(said, "fact/" + index);
    }

    private static List<String> persons(Collection<Planned> planned) {
        return planned.stream().map(Planned::person).distinct().toList();
    }

    /** A browser says the same thing with every page. What it has said by any of these words stands as it is. */
    private @Nullable Fact standsAlready(String controller, Planned plan) {
        if (!plan.wish().isSaidAllTheTime()) {
            return null;
        }
        return table.inForce(controller, List.of(plan.person())).stream()
                .filter(it -> isSamePlace(it, plan.wish())
                        && it.stance() == plan.wish().stance()
                        // what a request made stand may end with it
                        && it.origin() != StandingOrigin.REQUEST)
                .findFirst()
                .orElse(null);
    }

    private static boolean isSamePlace(Fact fact, Wish wish) {
        return fact.use().equals(wish.use()) && Objects.equals(fact.channel(), wish.channel());
    }

    private StandingEvent.Set seal(Said said, Planned plan) {
        var key = StandingEvents.keyOf(plan.fact());
        keys.allot(said.controller(), plan.fact(), KeyClass.STANDING, key);
        var sealed = sealer.seal(said.controller(), plan.fact(), IDENTIFIER, key, plan.identifier());
        return set(plan.fact(), plan.wish(), sealed, said);
    }

    private static StandingEvent.Set set(UUID fact, Wish wish, SealedField sealed, Said said) {
        return new StandingEvent.Set(
                fact,
                wish.use(),
                wish.channel(),
                wish.stance(),
                wish.origin(),
                sealed,
                said.profile(),
                said.jurisdiction(),
                said.at(),
                wish.askAgainFrom(),
                wish.neverAskAgain(),
                wish.rule(),
                said.fingerprint());
    }

    /** @return whether something ended */
    private boolean write(Map<Planned, StandingEvent.Set> fresh, Why why, String fingerprint) {
        table.lock(why.controller(), persons(fresh.keySet()));
        table.requireWhole();
        var already = journal.firsts(
                fresh.values().stream().map(StandingEvent.Set::factId).toList());
        already.values().forEach(first -> requireSame(first, fingerprint));
        boolean ended = false;
        for (var entry : fresh.entrySet()) {
            if (!already.containsKey(entry.getKey().fact())) {
                ended |= put(entry.getKey().person(), entry.getValue(), why);
            }
        }
        return ended;
    }

    /** In the current transaction, under the lock of the person. @return whether something ended */
    boolean put(String person, StandingEvent.Set set, Why why) {
        var entries = new ArrayList<Entry>();
        var gone = new HashSet<UUID>();
        var inForce = table.inForce(why.controller(), List.of(person));
        var later = inForce.stream().filter(it -> it.isLaterWordThan(set)).findFirst();
        if (later.isPresent()) {
            entries.add(new Entry(set, set.rule()));
            entries.add(new Entry(
                    new StandingEvent.Ended(set.factId(), later.get().id(), why.at()),
                    later.get().rule()));
            journal.append(entries, why);
            table.spend(new Spent(set.factId(), why.controller()));
            return true;
        }
        for (var old : inForce) {
            if (old.isReplacedBy(set)) {
                entries.add(new Entry(new StandingEvent.Ended(old.id(), set.factId(), why.at()), set.rule()));
                gone.add(old.id());
            }
        }
        entries.add(new Entry(set, set.rule()));
        journal.append(entries, why);
        gone.forEach(table::remove);
        gone.forEach(fact -> table.spend(new Spent(fact, why.controller())));
        table.put(why.controller(), person, Fact.of(set));
        return !gone.isEmpty();
    }

    /**
     * Ends everything that was said under that id and still stands; nothing holds in its place.
     *
     * @param said the id under which it was recorded
     * @param cause the same at every repeat
     */
    public void takeBack(String controller, UUID said, String actor, UUID cause, Instant at) {
        var facts = new ArrayList<UUID>();
        for (int index = 0; journal.belongsTo(controller, idOf(said, index)); index++) {
            facts.add(idOf(said, index));
        }
        if (facts.isEmpty()) {
            return;
        }
        boolean ended = transactions.result(() -> {
            table.lock(controller, table.personsOf(facts));
            table.requireWhole();
            var standing = table.standing(facts);
            if (!standing.isEmpty()) {
                var entries = standing.stream()
                        .map(fact -> new Entry(new StandingEvent.Ended(fact.id(), null, at), fact.rule()))
                        .toList();
                journal.append(entries, new Why(controller, actor, cause, at));
                standing.forEach(fact -> table.remove(fact.id()));
                standing.forEach(fact -> table.spend(new Spent(fact.id(), controller)));
            }
            return !standing.isEmpty();
        });
        journal.wake();
        if (ended) {
            spent.run();
        }
    }

    static void requireSame(StandingEvent first, String fingerprint) {
        var before =
                switch (first) {
                    case StandingEvent.Set set -> set.fingerprint();
                    case StandingEvent.OptInAsked asked -> asked.fingerprint();
                    case StandingEvent.Ended _, StandingEvent.OptInLapsed _, StandingEvent.KeyDestroyed _ ->
                        throw new IllegalStateException("nothing begins with this");
                };
        if (!before.equals(fingerprint)) {
            throw new MisusedKeyException();
        }
    }
}
