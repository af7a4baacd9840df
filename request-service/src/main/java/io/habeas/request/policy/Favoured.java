// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.contracts.Right;
import io.habeas.request.policy.language.Origin;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The part of a policy that holds for somebody who may fall under several: the one that gives most for a right, whatever their order.
 *
 * <p>One that gives as much as another and more is better. Where neither is, the one with the earlier answer holds, then the one with fewer
 * grounds against the person, then the one that was named first.
 *
 * @param place its code
 * @param because absent where only one place was named
 */
public record Favoured(String place, @Nullable Because because) {

    /** Why that one. */
    public enum Because {
        /** All places that were named fall under it. */
        ONE_PART,
        /** The others do not give what is asked for. */
        ONLY_THERE,
        /** It gives as much as each of the others, and more. */
        GIVES_MORE,
        /** None gives more in everything; this one answers first. */
        EARLIEST_ANSWER,
        /** None gives more in everything, and the answer is due on the same day; this one has the fewest grounds against the person. */
        FEWEST_GROUNDS,
        /** They give the same. */
        NAMED_FIRST
    }

    /**
     * @param declared places as the person names them
     * @param gives whether terms give all of what is asked for; counts only where some do
     * @return nothing where the right can be filed in none of them
     */
    public static Optional<Favoured> among(
            Profile profile, Collection<String> declared, Right right, Instant receivedAt, Predicate<Terms> gives) {
        var named = new LinkedHashSet<String>();
        declared.forEach(it -> profile.placeOf(it).ifPresent(named::add));
        var giving = new LinkedHashMap<String, Terms>();
        for (var place : named) {
            profile.jurisdiction(place)
                    .flatMap(it -> Optional.ofNullable(it.rights().get(right)))
                    .ifPresent(terms -> giving.put(place, terms));
        }
        if (giving.values().stream().anyMatch(gives)) {
            giving.values().removeIf(gives.negate());
        }
        if (giving.isEmpty()) {
            return Optional.empty();
        }
        if (giving.size() == 1) {
            var because = declared.size() == 1 ? null : named.size() == 1 ? Because.ONE_PART : Because.ONLY_THERE;
            return Optional.of(new Favoured(giving.firstEntry().getKey(), because));
        }
        return Optional.of(best(profile, right, giving, receivedAt));
    }

    private static Favoured best(
            Profile profile, Right right, LinkedHashMap<String, Terms> giving, Instant receivedAt) {
        var unbeaten = giving.keySet().stream()
                .filter(it -> giving.keySet().stream().noneMatch(other -> givesMore(profile, other, it, right)))
                .toList();
        var left = unbeaten.isEmpty() ? List.copyOf(giving.keySet()) : unbeaten;
        if (left.size() == 1) {
            return new Favoured(left.getFirst(), Because.GIVES_MORE);
        }
        var first = least(left, it -> answer(giving.get(it), receivedAt));
        if (first.size() == 1) {
            return new Favoured(first.getFirst(), Because.EARLIEST_ANSWER);
        }
        var fewest = least(first, it -> grounds(profile, it, right));
        return new Favoured(fewest.getFirst(), fewest.size() == 1 ? Because.FEWEST_GROUNDS : Because.NAMED_FIRST);
    }

    private static boolean givesMore(Profile profile, String place, String other, Right right) {
        return !profile.lostBetween(place, profile, other, right).isEmpty()
                && profile.lostBetween(other, profile, place, right).isEmpty();
    }

    private static <C extends Comparable<? super C>> List<String> least(List<String> places, Function<String, C> key) {
        var least = places.stream().map(key).min(Comparator.naturalOrder()).orElseThrow();
        return places.stream().filter(it -> key.apply(it).compareTo(least) == 0).toList();
    }

    /** When the answer comes, and of two on one day the one that does not wait for the proof. */
    private record Answer(LocalDate dueOn, Origin from) implements Comparable<Answer> {

        @Override
        public int compareTo(Answer other) {
            return Comparator.comparing(Answer::dueOn)
                    .thenComparing(Answer::from)
                    .compare(this, other);
        }
    }

    private static Answer answer(@Nullable Terms terms, Instant receivedAt) {
        var clock = terms == null ? null : terms.clocks().get(ClockKind.RESPOND);
        if (terms == null || clock == null) {
            return new Answer(LocalDate.MAX, Origin.RECEIPT);
        }
        var due = terms.deadline(ClockKind.RESPOND, receivedAt).orElseThrow();
        return new Answer(due.dueAt().atZone(terms.zone()).toLocalDate(), clock.from());
    }

    private static Integer grounds(Profile profile, String place, Right right) {
        var promise = profile.promise(place, right).orElseThrow();
        return promise.refusalGrounds().size()
                + promise.noAnswerGrounds().size()
                + promise.withholdingGrounds().size()
                + promise.keepGrounds().size()
                + promise.exclusions().size()
                + (promise.own().limit() == null ? 0 : 1)
                + (promise.fee().isPresent() ? 1 : 0);
    }
}
