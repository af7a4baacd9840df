// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import io.habeas.contracts.Identifier;
import io.habeas.contracts.Stance;
import io.habeas.sealeddata.KeyedHashes;
import io.habeas.service.ProblemException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whether data may be used now. A no to any identifier of the person is a no to all of them, and one to any of the uses, too. */
public final class StandingAnswers {

    /** Why. */
    public enum Because {
        /** The person said so. */
        FACT,
        /** The person has said nothing, and the policy says what holds then. */
        SILENCE
    }

    /**
     * @param use the one that decided
     * @param rule the leaf of the profile that says so
     * @param since when it was said; or when the policy came into force
     * @param fact what was said; absent where the person is silent
     */
    public record Answer(
            boolean allowed,
            Because because,
            String use,
            String rule,
            Instant since,
            @Nullable UUID fact) {}

    private final StandingTable table;
    private final KeyedHashes hashes;

    StandingAnswers(StandingTable table, KeyedHashes hashes) {
        this.table = table;
        this.hashes = hashes;
    }

    /**
     * @param asked uses of the data that are meant together, at least one
     * @param channel the way of contact; absent where it may be any
     * @throws ProblemException while nobody can say
     */
    public Answer answer(
            String controller,
            Uses uses,
            Collection<String> asked,
            @Nullable String channel,
            List<Identifier> person,
            Instant now) {
        var facts = facts(controller, person, now);
        var answers = asked.stream()
                .map(use -> answer(uses, facts, use, channel))
                .sorted(Comparator.comparing(Answer::allowed))
                .toList();
        return answers.getFirst();
    }

    private Answer answer(Uses uses, List<Fact> facts, String use, @Nullable String channel) {
        return said(facts, use, channel, Stance.NO)
                .or(() -> said(facts, use, channel, Stance.YES))
                .map(it -> new Answer(it.stance() == Stance.YES, Because.FACT, use, it.rule(), it.since(), it.id()))
                .orElseGet(() -> {
                    var silence = uses.silence(use);
                    var since = uses.profile()
                            .inForce()
                            .atStartOfDay(uses.profile().zone())
                            .toInstant();
                    return new Answer(silence.value(), Because.SILENCE, use, silence.rule(), since, null);
                });
    }

    /** The oldest of those that say so. */
    private static Optional<Fact> said(List<Fact> facts, String use, @Nullable String channel, Stance stance) {
        return facts.stream()
                .filter(it -> it.stance() == stance && it.concerns(use, channel))
                .min(Comparator.comparing(Fact::since));
    }

    /** The no that forbids to ask the person about a use now; the one that forbids it longest. */
    public Optional<Fact> forbidsToAsk(
            String controller, String use, @Nullable String channel, List<Identifier> person, Instant now) {
        return facts(controller, person, now).stream()
                .filter(it -> it.stance() == Stance.NO && it.concerns(use, channel))
                .filter(it -> it.neverAskAgain() || it.askAgainFrom() != null && now.isBefore(it.askAgainFrom()))
                .max(Comparator.comparing((Fact it) -> it.neverAskAgain()
                        ? Instant.MAX
                        : it.askAgainFrom() == null ? Instant.MIN : it.askAgainFrom()));
    }

    /**
     * The version of the policy to which a person said yes last.
     *
     * @param until what was said later does not count
     * @return {@code id@version}
     */
    public Optional<String> versionConsentedTo(String controller, List<Identifier> person, Instant until, Instant now) {
        return facts(controller, person, now).stream()
                .filter(it ->
                        it.use().equals(Uses.POLICY_VERSION) && !it.since().isAfter(until))
                .max(Comparator.comparing(Fact::since))
                .map(it -> it.rule().substring(0, it.rule().indexOf('#')));
    }

    private List<Fact> facts(String controller, List<Identifier> person, Instant now) {
        table.requireWhole();
        var hashed = person.stream()
                .map(it -> hashes.standing(controller, it, now))
                .distinct()
                .toList();
        return table.inForce(controller, hashed);
    }
}
