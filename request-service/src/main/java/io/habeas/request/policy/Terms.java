// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.Right;
import io.habeas.contracts.Scope;
import io.habeas.request.calendars.Counting;
import io.habeas.request.calendars.Reckoning;
import io.habeas.request.calendars.Term;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What one right means under one version of a policy in one jurisdiction.
 *
 * @param profile {@code id@version}
 * @param address of the right in its profile; the addresses of its leaves begin with it
 * @param decisionRule the address of the leaf that says who decides
 * @param scopes what may be asked for; empty where the right has no scopes
 * @param identifiers kinds by which a person can be named
 * @param clocks by kind; RESPOND is always there
 * @param confirmation who must confirm before anything happens
 * @param keepGrounds the only grounds on which something may be kept, with the grounds of data maps that each covers
 * @param retention how long a case is kept after its end
 * @param complaint the next steps of complaint, in order
 * @param texts by language, then by name
 */
public record Terms(
        String profile,
        String jurisdiction,
        Right right,
        String address,
        String decisionRule,
        Reckoning reckoning,
        List<Scope> scopes,
        List<Capacity> capacities,
        List<IdentifierKind> identifiers,
        ProofMethod proofMethod,
        ProofLevel proofLevel,
        Map<ClockKind, ClockTerms> clocks,
        Confirmation confirmation,
        @Nullable Term lookBack,
        SequencedMap<String, List<String>> keepGrounds,
        Retention retention,
        List<String> complaint,
        Map<String, Map<String, String>> texts) {

    /** When the person must say once more that it is meant. */
    public enum Confirmation {
        NOT_ASKED,
        WITH_ACCOUNT,
        ALWAYS
    }

    /**
     * @param extension the one further term that may be claimed, with a reason
     * @param rule the address of the clock in its profile
     */
    public record ClockTerms(
            ClockKind kind, Term within, @Nullable Term extension, String rule) {}

    /** @param rule the address of the term in its profile */
    public record Retention(Term term, String rule) {}

    /** A clock with its end worked out. */
    public record Deadline(ClockKind kind, Instant startedAt, Instant dueAt, String rule) {}

    /** The clock of that kind if it begins at that moment. */
    public Optional<Deadline> deadline(ClockKind kind, Instant from) {
        return Optional.ofNullable(clocks.get(kind))
                .map(clock -> new Deadline(kind, from, reckoning(kind).endAfter(clock.within(), from), clock.rule()));
    }

    /** A wait that protects the person is never shortened by counting the day on which it begins. */
    private Reckoning reckoning(ClockKind kind) {
        return kind == ClockKind.HOLD ? countingFromTheNextDay() : reckoning;
    }

    private Reckoning countingFromTheNextDay() {
        return new Reckoning(reckoning.zone(), Counting.FIRST_DAY_IS_NEXT, reckoning.calendars());
    }

    /** The last moment for which a case is kept that has nothing before it any more; the day of that counts for nothing. */
    public Instant retainedUntil(Instant lastFollowUp) {
        return countingFromTheNextDay().endAfter(retention.term(), lastFollowUp);
    }

    /** The start of the time that an answer covers; absent where it covers all ages. */
    public @Nullable Instant collectedSince(Instant receivedAt) {
        return lookBack == null ? null : reckoning.startBefore(lookBack, receivedAt);
    }

    /** Every name of a ground that a data map may give for keeping something. */
    public List<String> namesOfKeepGrounds() {
        return keepGrounds.entrySet().stream()
                .flatMap(ground -> java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(ground.getKey()), ground.getValue().stream()))
                .distinct()
                .toList();
    }

    /** In which days are counted. */
    public ZoneId zone() {
        return reckoning.zone();
    }

    /** The address of a leaf of this right. */
    public String rule(String leaf) {
        return address + "." + leaf;
    }

    public boolean confirms(boolean account) {
        return switch (confirmation) {
            case NOT_ASKED -> false;
            case WITH_ACCOUNT -> account;
            case ALWAYS -> true;
        };
    }
}
