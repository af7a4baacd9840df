// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.habeas.contracts.Capacity;
import io.habeas.contracts.Exclusion;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.Right;
import io.habeas.contracts.Scope;
import io.habeas.request.calendars.Counting;
import io.habeas.request.calendars.Reckoning;
import io.habeas.request.calendars.Term;
import io.habeas.request.policy.language.Origin;
import io.habeas.request.policy.language.StopReason;
import io.habeas.request.policy.language.WrittenRules;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one right means under one version of a policy in one jurisdiction.
 *
 * @param profile {@code id@version}
 * @param jurisdiction the part of the profile under which the person falls
 * @param address of the right in its profile; the addresses of its leaves begin with it
 * @param decision who grants it
 * @param scopes what may be asked for; empty where the right has no scopes
 * @param capacities who may ask, with what each has to bring
 * @param identifiers kinds by which a person can be named
 * @param proof how sure we must be who asks; each kind of the right may say more
 * @param clocks by kind; RESPOND is always there
 * @param confirmation who must confirm before anything happens
 * @param keepGrounds the only grounds on which something may be kept, with the grounds of data maps that each covers
 * @param exclusions what of a person's data the policy does not cover
 * @param retention how long a case is kept after its end
 * @param complaint the next steps of complaint, in order
 * @param written whether a written statement may be asked for; absent where it may not
 * @param needs what else has to be said
 * @param languages the first is used where the requester names none
 * @param texts by language, then by name
 * @param effects what it makes of the use of data, and who is told
 */
public record Terms(
        String profile,
        String jurisdiction,
        Right right,
        String address,
        Decision decision,
        Reckoning reckoning,
        List<Scope> scopes,
        SequencedMap<Capacity, CapacityTerms> capacities,
        List<IdentifierKind> identifiers,
        ProofTerms proof,
        Map<ClockKind, ClockTerms> clocks,
        Confirmation confirmation,
        @Nullable Term lookBack,
        SequencedMap<String, List<String>> keepGrounds,
        List<ExclusionTerms> exclusions,
        Retention retention,
        List<String> complaint,
        @Nullable WrittenTerms written,
        Needs needs,
        List<String> languages,
        Map<String, Map<String, String>> texts,
        Effects effects) {

    /** When the person must say once more that it is meant. */
    public enum Confirmation {
        NOT_ASKED,
        WITH_ACCOUNT,
        ALWAYS
    }

    /**
     * @param byMachine whether a machine may grant it to the person itself
     * @param carriedOut whether this suite carries it out by itself; if not, a person does
     * @param rule the address of the line that says who decides, or of the right where nothing does
     */
    public record Decision(boolean byMachine, boolean carriedOut, String rule) {}

    /**
     * @param method there unless the level is NONE
     * @param otherMethod that serves as well; absent where there is none
     */
    public record ProofTerms(
            ProofLevel level,
            @Nullable ProofMethod method,
            @Nullable ProofMethod otherMethod) {

        static final ProofTerms NOT_ASKED = new ProofTerms(ProofLevel.NONE, null, null);
    }

    /**
     * @param evidence each of them is needed
     * @param evidenceOneOf one of them is needed
     */
    public record CapacityTerms(List<String> evidence, List<String> evidenceOneOf, String rule) {}

    /**
     * @param from what the clock begins with
     * @param extension the one further term that may be claimed, with a reason
     * @param stops what makes it stand still
     * @param caps terms that it may not outlast
     * @param warnings how long before its end somebody is warned
     * @param rule the address of the clock in its profile
     */
    public record ClockTerms(
            ClockKind kind,
            Origin from,
            Term within,
            @Nullable Term extension,
            Set<StopReason> stops,
            List<Cap> caps,
            List<Term> warnings,
            String rule) {}

    /** A term that a clock may not outlast, whatever stopped it. */
    public record Cap(Origin from, Term within, String rule) {}

    /** @param until the first day on which it is covered after all; absent where it never is */
    public record ExclusionTerms(
            Exclusion exclusion, @Nullable LocalDate until) {}

    /** @param rule the address of the term in its profile */
    public record Retention(Term term, String rule) {}

    /** @param always whether it is asked for each time, or only where a person asks for it */
    public record WrittenTerms(boolean always, WrittenRules.@Nullable Signature signature, String rule) {}

    /**
     * What a request has to say beside who it is about.
     *
     * @param kinds one of them, where there are any
     * @param purposes what consent carries: at least one of them, where there are any
     * @param grounds one of them may be stated
     * @param ground whether one must be
     * @param categories some of them may be named
     * @param corrections whether fields and their right values are needed
     * @param details whether words are needed that say what it is about
     */
    public record Needs(
            SequencedMap<String, KindTerms> kinds,
            List<String> purposes,
            List<String> grounds,
            boolean ground,
            List<String> categories,
            boolean corrections,
            boolean details) {}

    /** @param channels the ways of contact that can be named one by one */
    public record KindTerms(Decision decision, ProofTerms proof, List<String> channels) {}

    /**
     * A clock with its end worked out.
     *
     * @param certainty PROVISIONAL where a year without calendar data was read strictly; absent where the end is sure
     * @param warnAt when somebody is to be warned, the earliest first; absent where nobody is
     */
    public record Deadline(
            ClockKind kind,
            Instant startedAt,
            Instant dueAt,
            String rule,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Certainty certainty,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<Instant> warnAt) {

        /** A clock that is sure and warns nobody. */
        public Deadline(ClockKind kind, Instant startedAt, Instant dueAt, String rule) {
            this(kind, startedAt, dueAt, rule, null, null);
        }

        /** The same clock with only those warnings left that come after a moment. */
        public Deadline warningAfter(Instant moment) {
            var later = warnings().stream().filter(it -> it.isAfter(moment)).toList();
            return new Deadline(kind, startedAt, dueAt, rule, certainty, later.isEmpty() ? null : later);
        }

        /** When somebody is to be warned, the earliest first. */
        public List<Instant> warnings() {
            return warnAt == null ? List.of() : warnAt;
        }
    }

    /** How sure an end is. */
    public enum Certainty {
        PROVISIONAL
    }

    /**
     * How far a request has come, as far as clocks depend on it.
     *
     * @param verifiedAt absent before the proof
     * @param stops when the clock stood still, in the order of time; the last may still be open
     */
    public record Course(Instant receivedAt, @Nullable Instant verifiedAt, List<Reckoning.Stop> stops) {

        /** Nothing but the receipt. */
        public static Course of(Instant receivedAt) {
            return new Course(receivedAt, null, List.of());
        }

        @Nullable
        Instant beginOf(Origin origin) {
            return switch (origin) {
                case RECEIPT -> receivedAt;
                case VERIFICATION -> verifiedAt;
                default -> null;
            };
        }
    }

    /** The clock of that kind if it begins at that moment and nothing stops or caps it. */
    public Optional<Deadline> deadline(ClockKind kind, Instant from) {
        return Optional.ofNullable(clocks.get(kind)).map(clock -> {
            var last = reckoning(kind).lastDay(clock.within(), reckoning.dayOf(from));
            return deadline(clock, from, last);
        });
    }

    /** The clock of that kind as the request stands; nothing while what it begins with has not happened. */
    public Optional<Deadline> deadline(ClockKind kind, Course course) {
        var clock = clocks.get(kind);
        var from = clock == null ? null : course.beginOf(clock.from());
        if (clock == null || from == null) {
            return Optional.empty();
        }
        var last = reckoning(kind).lastDay(clock.within(), from, course.stops());
        for (var cap : clock.caps()) {
            var begin = course.beginOf(cap.from());
            if (begin != null) {
                var end = reckoning.lastDay(cap.within(), reckoning.dayOf(begin));
                last = end.day().isBefore(last.day())
                        ? new Reckoning.LastDay(end.day(), end.provisional() || last.provisional())
                        : last;
            }
        }
        return Optional.of(deadline(clock, from, last));
    }

    /** A clock that was put off to a day, with its warnings counted from there. */
    public Deadline endingOn(ClockKind kind, Instant startedAt, Reckoning.LastDay last) {
        var clock = clocks.get(kind);
        if (clock == null) {
            throw new IllegalArgumentException(address + " has no clock " + kind);
        }
        return deadline(clock, startedAt, last);
    }

    /** The end that holds even while the clock stands still; nothing where only its own term ends it. */
    public Optional<Instant> capWhileStopped(ClockKind kind, Course course) {
        return caps(kind, course).map(CapDeadline::dueAt).min(Comparator.naturalOrder());
    }

    /** An end that a clock may not outlast. */
    public record CapDeadline(Origin from, Instant dueAt, String rule) {}

    /** The caps of a clock that can be told as the request stands. */
    public Stream<CapDeadline> caps(ClockKind kind, Course course) {
        var clock = clocks.get(kind);
        return clock == null
                ? Stream.empty()
                : clock.caps().stream()
                        .flatMap(cap -> Optional.ofNullable(course.beginOf(cap.from()))
                                .map(begin -> new CapDeadline(
                                        cap.from(), reckoning.endAfter(cap.within(), begin), cap.rule()))
                                .stream());
    }

    private Deadline deadline(ClockTerms clock, Instant from, Reckoning.LastDay last) {
        var due = reckoning.endOf(last.day());
        var warnings = clock.warnings().stream()
                .map(term -> reckoning.startBefore(term, due))
                .filter(it -> it.isAfter(from))
                .sorted()
                .toList();
        return new Deadline(
                clock.kind(),
                from,
                due,
                clock.rule(),
                last.provisional() ? Certainty.PROVISIONAL : null,
                warnings.isEmpty() ? null : warnings);
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
                .flatMap(ground -> Stream.concat(Stream.of(ground.getKey()), ground.getValue().stream()))
                .distinct()
                .toList();
    }

    /** What the policy does not cover for a request that came in at that moment; absent where that is nothing. */
    public @Nullable List<Exclusion> exclusionsAt(Instant receivedAt) {
        var day = reckoning.dayOf(receivedAt);
        var holding = exclusions.stream()
                .filter(it -> it.until() == null || day.isBefore(it.until()))
                .map(ExclusionTerms::exclusion)
                .toList();
        return holding.isEmpty() ? null : holding;
    }

    /** In which days are counted. */
    public ZoneId zone() {
        return reckoning.zone();
    }

    /** The address of a leaf of this right. */
    public String rule(String leaf) {
        return address + "." + leaf;
    }

    /** The address of a clock, or of the right where it has none of that kind. */
    public String clockRule(ClockKind kind) {
        var clock = clocks.get(kind);
        return clock == null ? address : clock.rule();
    }

    /** The address of the line that says who decides. */
    public String decisionRule() {
        return decision.rule();
    }

    /** Who grants it. @param kind of the right, where it has kinds */
    public Decision decisionOf(@Nullable String kind) {
        var own = kind == null ? null : needs.kinds().get(kind);
        return own == null ? decision : own.decision();
    }

    /**
     * What must be proved about the one who is named. For whoever asks in another's place no code goes out: they are not on file, and a
     * person looks at their evidence first.
     */
    public ProofTerms proofOf(Capacity capacity, @Nullable String kind) {
        if (capacity != Capacity.SUBJECT && capacity != Capacity.STAFF_ON_BEHALF) {
            return ProofTerms.NOT_ASKED;
        }
        var own = kind == null ? null : needs.kinds().get(kind);
        return own == null ? proof : own.proof();
    }

    /** Whether they give all of what is asked for: to whom, how much of it, and which kind. */
    public boolean gives(Capacity capacity, @Nullable Scope scope, @Nullable String kind, Collection<String> purposes) {
        return capacities.containsKey(capacity)
                && (scope == null || scopes.contains(scope))
                && (kind == null ? needs.kinds().size() <= 1 : needs.kinds().containsKey(kind))
                && needs.purposes().containsAll(purposes);
    }

    /** Whether this suite answers that much of the right by itself. */
    public boolean carriesOut(@Nullable Scope scope) {
        return decision.carriedOut() && (scope == null || scope == Scope.SPECIFIC_PIECES);
    }

    public boolean confirms(boolean account) {
        return switch (confirmation) {
            case NOT_ASKED -> false;
            case WITH_ACCOUNT -> account;
            case ALWAYS -> true;
        };
    }
}
