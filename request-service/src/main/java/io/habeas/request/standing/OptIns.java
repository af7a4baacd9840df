// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import io.habeas.contracts.KeyClass;
import io.habeas.contracts.Stance;
import io.habeas.contracts.StandingOrigin;
import io.habeas.messaging.RepeatedTransaction;
import io.habeas.request.standing.StandingJournal.Entry;
import io.habeas.request.standing.StandingJournal.Why;
import io.habeas.request.standing.StandingTable.Pending;
import io.habeas.sealeddata.KeyStore;
import io.habeas.sealeddata.KeyedHashes;
import io.habeas.sealeddata.Sealer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Back in, by the person, in two steps: nothing changes before the second, and both stand in the journal. */
public final class OptIns {

    /** The first step. @param until the last moment for the second */
    public record Asked(UUID optIn, Instant until) {}

    /** The second step came too late. */
    public static final class LapsedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        LapsedException() {
            super("the second step came too late", null, false, false);
        }
    }

    private final StandingJournal journal;
    private final StandingTable table;
    private final RepeatedTransaction transactions;
    private final KeyedHashes hashes;
    private final KeyStore keys;
    private final Sealer sealer;
    private final StandingFacts facts;
    private final Runnable spent;

    OptIns(
            StandingJournal journal,
            StandingTable table,
            RepeatedTransaction transactions,
            KeyedHashes hashes,
            KeyStore keys,
            Sealer sealer,
            StandingFacts facts,
            Runnable spent) {
        this.journal = journal;
        this.table = table;
        this.transactions = transactions;
        this.hashes = hashes;
        this.keys = keys;
        this.sealer = sealer;
        this.facts = facts;
        this.spent = spent;
    }

    /**
     * The first step: the person asks for it.
     *
     * @param said with one wish, which is what holds after the second step
     * @throws MisusedKeyException if something else was asked under that id
     */
    public Asked ask(Said said, Instant until) {
        var first = journal.firsts(List.of(StandingFacts.idOf(said.id(), 0))).values().stream()
                .findFirst();
        if (first.isPresent()) {
            return repeated(first.get(), said);
        }
        var wish = said.wishes().getFirst();
        var entries = new ArrayList<Entry>();
        var pending = new ArrayList<Pending>();
        for (var identifier : said.identifiers()) {
            var fact = StandingFacts.idOf(said.id(), entries.size());
            var key = StandingEvents.keyOf(fact);
            keys.allot(said.controller(), fact, KeyClass.STANDING, key);
            var sealed = sealer.seal(said.controller(), fact, StandingFacts.IDENTIFIER, key, identifier);
            var asked = new StandingEvent.OptInAsked(
                    fact,
                    said.id(),
                    wish.use(),
                    sealed,
                    said.profile(),
                    said.jurisdiction(),
                    said.at(),
                    until,
                    wish.rule(),
                    said.fingerprint());
            entries.add(new Entry(asked, wish.rule()));
            pending.add(new Pending(fact, said.id(), hashes.standing(said.controller(), identifier, said.at()), until));
        }
        var why = new Why(said.controller(), said.actor(), said.id(), said.at());
        transactions.run(() -> {
            table.lock(said.controller(), pending.stream().map(Pending::person).toList());
            table.requireWhole();
            var already =
                    journal.firsts(List.of(StandingFacts.idOf(said.id(), 0))).values();
            already.forEach(it -> StandingFacts.requireSame(it, said.fingerprint()));
            if (already.isEmpty()) {
                journal.append(entries, why);
                pending.forEach(it -> table.await(said.controller(), it));
            }
        });
        journal.wake();
        return new Asked(said.id(), until);
    }

    private static Asked repeated(StandingEvent first, Said said) {
        StandingFacts.requireSame(first, said.fingerprint());
        return first instanceof StandingEvent.OptInAsked asked
                ? new Asked(asked.optIn(), asked.until())
                : new Asked(said.id(), said.at());
    }

    /**
     * The second step: what stood against it ends.
     *
     * @return the facts that hold now, of this call or of an earlier one; nothing if no such first step was taken
     * @throws LapsedException if its time is over
     */
    public Optional<List<Fact>> confirm(String controller, UUID optIn, String actor, UUID cause, Instant at) {
        var done = done(controller, optIn);
        if (!done.isEmpty()) {
            return Optional.of(done);
        }
        var waiting = table.pending(controller, optIn);
        if (waiting.isEmpty()) {
            return lapsed(controller, optIn);
        }
        if (waiting.stream().anyMatch(it -> at.isAfter(it.until()))) {
            throw new LapsedException();
        }
        var why = new Why(controller, actor, cause, at);
        boolean ended = transactions.result(() -> {
            table.lock(controller, waiting.stream().map(Pending::person).toList());
            table.requireWhole();
            boolean any = false;
            for (var pending : table.pending(controller, optIn)) {
                any |= facts.put(pending.person(), setOf(pending, at), why);
                table.goOn(pending.fact());
            }
            return any;
        });
        journal.wake();
        if (ended) {
            spent.run();
        }
        return Optional.of(done(controller, optIn));
    }

    private StandingEvent.Set setOf(Pending pending, Instant at) {
        var asked = asked(pending.fact());
        return new StandingEvent.Set(
                pending.fact(),
                asked.use(),
                null,
                Stance.YES,
                StandingOrigin.OPT_IN,
                asked.identifier(),
                asked.profile(),
                asked.jurisdiction(),
                at,
                null,
                false,
                asked.rule(),
                asked.fingerprint());
    }

    private StandingEvent.OptInAsked asked(UUID fact) {
        return (StandingEvent.OptInAsked)
                Objects.requireNonNull(journal.firsts(List.of(fact)).get(fact));
    }

    /** What both steps led to, whatever came after. */
    private List<Fact> done(String controller, UUID optIn) {
        var found = new ArrayList<Fact>();
        for (int index = 0; ; index++) {
            var fact = StandingFacts.idOf(optIn, index);
            if (!journal.belongsTo(controller, fact)) {
                return found;
            }
            journal.of(fact).stream()
                    .filter(StandingEvent.Set.class::isInstance)
                    .map(StandingEvent.Set.class::cast)
                    .filter(it -> it.origin() == StandingOrigin.OPT_IN)
                    .map(Fact::of)
                    .forEach(found::add);
        }
    }

    private Optional<List<Fact>> lapsed(String controller, UUID optIn) {
        var first = StandingFacts.idOf(optIn, 0);
        if (journal.belongsTo(controller, first)
                && journal.of(first).stream().anyMatch(StandingEvent.OptInLapsed.class::isInstance)) {
            throw new LapsedException();
        }
        return Optional.empty();
    }
}
