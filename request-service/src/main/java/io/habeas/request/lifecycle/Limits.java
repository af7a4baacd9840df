// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.DecisionRefusedException.Reason.LIMIT_NOT_REACHED;
import static io.habeas.request.lifecycle.RequestFacts.happens;

import io.habeas.request.lifecycle.RequestEvent.CountPassed;
import io.habeas.request.lifecycle.RequestEvent.CountPassed.Count;
import io.habeas.request.policy.Promise;
import io.habeas.request.policy.Ruled;
import io.habeas.request.policy.language.Decider;
import io.habeas.request.policy.language.GroundRules;
import io.habeas.request.policy.language.LimitRules;
import io.habeas.request.policy.language.Rate;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How often the person has used the right, where the profile counts. Only proved requests count: those that were answered, and those that still
 * may be, so that two at once do not both pass unseen. No machine refuses for it; a person does, or waives it.
 */
final class Limits {

    private final RequestFacts facts;

    Limits(RequestFacts facts) {
        this.facts = facts;
    }

    /** Once it is proved who asks. */
    void count(Promise promise, List<EarlierRequest> earlier) {
        limit(promise).ifPresent(limit -> {
            var rule = limit.rule() + ".most";
            note(Count.LIMIT, limit.value().most(), promise, earlier, sharing(limit.value()), rule);
        });
        promise.fee().ifPresent(fee -> {
            var beyond = fee.value().beyond();
            if (beyond != null) {
                note(Count.FEE, beyond, promise, earlier, this::isSame, fee.rule() + ".beyond");
            }
        });
    }

    private void note(
            Count of,
            Rate most,
            Promise promise,
            List<EarlierRequest> earlier,
            Predicate<EarlierRequest> counting,
            String rule) {
        var counted = earlier.stream().filter(this::isHere).filter(counting).toList();
        var all = tally(most, promise, counted);
        if (all.isReached()) {
            int answered = answered(most, promise, counted).count();
            happens(
                    new CountPassed(
                            facts.id(), of, most.times(), answered, all.count() - answered, all.possibleFrom(), rule),
                    rule);
        }
    }

    /**
     * The day from which it is possible again, where the ground is that of the limit; nothing for other grounds.
     *
     * @param earlier as it is now
     * @throws DecisionRefusedException if the limit is not reached by what was answered
     */
    @Nullable
    LocalDate requireReached(Promise promise, GroundRules ground, List<EarlierRequest> earlier) {
        var named = promise.limits().anyMatch(it -> it.value().ground().equals(ground.ground()));
        if (!named) {
            return null;
        }
        var limit = limit(promise).map(Ruled::value).orElse(null);
        if (limit == null || facts.proof == null) {
            throw notReached(0, limit == null ? 0 : limit.most().times());
        }
        var counted =
                earlier.stream().filter(this::isHere).filter(sharing(limit)).toList();
        var answered = answered(limit.most(), promise, counted);
        if (!answered.isReached()) {
            throw notReached(answered.count(), limit.most().times());
        }
        return answered.possibleFrom();
    }

    private DecisionRefusedException notReached(int answered, int most) {
        return new DecisionRefusedException(
                facts.id(), LIMIT_NOT_REACHED, List.of(Integer.toString(answered), Integer.toString(most)));
    }

    /** Whether the profile's count for a fee is passed by what was answered. @param earlier as it is now */
    boolean isPastFeeCount(Promise promise, Rate beyond, List<EarlierRequest> earlier) {
        var counted = earlier.stream().filter(this::isHere).filter(this::isSame).toList();
        return facts.proof != null && answered(beyond, promise, counted).isReached();
    }

    /** Who may let pass what is beyond the limit; nothing where it is not reached. */
    Optional<Ruled<Decider>> waivedBy(Promise promise) {
        if (!facts.passed.containsKey(Count.LIMIT)) {
            return Optional.empty();
        }
        return limit(promise).flatMap(limit -> Optional.ofNullable(limit.value().waivedBy())
                .map(decider -> new Ruled<>(decider, limit.rule() + ".waivedBy")));
    }

    private Optional<Ruled<LimitRules>> limit(Promise promise) {
        return promise.limit(facts.received().kindAsked());
    }

    private Tally answered(Rate most, Promise promise, List<EarlierRequest> counted) {
        return tally(
                most, promise, counted.stream().filter(EarlierRequest::answered).toList());
    }

    private Tally tally(Rate most, Promise promise, List<EarlierRequest> counted) {
        return Tally.of(most, promise.reckoning(), facts.received().receivedAt(), counted);
    }

    private boolean isHere(EarlierRequest other) {
        return other.jurisdiction().equals(facts.received().jurisdiction());
    }

    /** Rights that share one count; else the same right, and of its kinds the same one. */
    private Predicate<EarlierRequest> sharing(LimitRules limit) {
        return limit.together().isEmpty()
                ? this::isSame
                : other -> limit.together().contains(other.right());
    }

    private boolean isSame(EarlierRequest other) {
        var received = facts.received();
        var kind = received.kindAsked();
        return other.right() == received.right() && (kind == null || kind.equals(other.kind()));
    }
}
