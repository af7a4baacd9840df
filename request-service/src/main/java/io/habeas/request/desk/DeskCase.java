// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.desk;

import io.habeas.contracts.Capacity;
import io.habeas.contracts.Right;
import io.habeas.request.datamap.Withholdable;
import io.habeas.request.lifecycle.Entry;
import io.habeas.request.lifecycle.RequestEvent.CountPassed;
import io.habeas.request.lifecycle.RequestEvent.FileRead.Part;
import io.habeas.request.lifecycle.RequestEvent.RequestRefused;
import io.habeas.request.lifecycle.ReviewReason;
import io.habeas.request.lifecycle.State;
import io.habeas.request.policy.Promise;
import io.habeas.request.policy.Ruled;
import io.habeas.request.policy.language.ClockName;
import io.habeas.request.policy.language.Decider;
import io.habeas.request.policy.language.GroundRules;
import io.habeas.request.register.RequestFile;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One request as whoever decides needs it, without anything that the person wrote: that is read by a reading of its own.
 *
 * @param places where the person lives, as it was said
 * @param identityProved whether it is proved who asks; nothing is granted before
 * @param counts of the profile that this request passes
 * @param refusal where it was refused, with its ground, secret or not
 * @param mayRefuse who may refuse under this profile, and on which grounds
 * @param mayWithhold the grounds on which single items may be kept back
 * @param withholdable what can be kept back; absent where a package is not asked for, or no data map is known
 * @param mayExtend the line of the profile that has an extension of the answer; absent where none does
 * @param readable what a reading can show
 */
record DeskCase(
        UUID requestId,
        String reference,
        String controller,
        Right right,
        Capacity capacity,
        String jurisdiction,
        List<String> places,
        String language,
        String profile,
        State state,
        boolean identityProved,
        @Nullable Review review,
        List<Counted> counts,
        @Nullable Refusal refusal,
        @Nullable Entry entry,
        Instant receivedAt,
        Instant dueAt,
        @Nullable Decider approvedBy,
        MayRefuse mayRefuse,
        List<Ground> mayWithhold,
        @Nullable Withholdable withholdable,
        @Nullable String mayExtend,
        List<Part> readable) {

    record Review(ReviewReason reason, String rule) {}

    /** @param possibleFrom when it is possible again, as things stood when it was proved who asks */
    record Counted(CountPassed.Count of, int most, int answered, int open, LocalDate possibleFrom, String rule) {}

    record Refusal(String ground, boolean told, String rule) {}

    record MayRefuse(Decider decidedBy, List<Ground> grounds) {}

    /**
     * @param answerOwed whether the profile owes an answer on it; a letter goes out in any case
     * @param evidence whether it counts only with its proof
     * @param maybeSecret whether it may be kept from the person
     * @param afterFee whether a fee has to be quoted first
     */
    record Ground(
            String ground, String rule, boolean answerOwed, boolean evidence, boolean maybeSecret, boolean afterFee) {}

    static DeskCase of(RequestFile file, Promise promise, @Nullable Withholdable withholdable) {
        var received = file.received();
        return new DeskCase(
                received.requestId(),
                received.reference(),
                received.controller(),
                received.right(),
                received.capacity(),
                received.jurisdiction(),
                received.places(),
                received.language(),
                received.profile(),
                file.visibleState(),
                file.contact() != null,
                Optional.ofNullable(file.review())
                        .map(it -> new Review(it.reason(), it.rule()))
                        .orElse(null),
                file.passed().stream()
                        .map(it ->
                                new Counted(it.of(), it.most(), it.answered(), it.open(), it.possibleFrom(), it.rule()))
                        .toList(),
                Optional.ofNullable(file.refused()).map(DeskCase::refusal).orElse(null),
                received.entry(),
                received.receivedAt(),
                file.dueAt(),
                promise.approvedBy().map(Ruled::value).orElse(Decider.REVIEWER),
                mayRefuse(promise, received.kindAsked()),
                promise.withholdingGrounds().stream()
                        .map(it -> ground(it, true))
                        .toList(),
                withholdable,
                promise.clock(ClockName.RESPOND)
                        .filter(it -> it.value().extension() != null)
                        .map(it -> it.rule() + ".extension")
                        .orElse(null),
                Readings.readable(file));
    }

    private static Refusal refusal(RequestRefused refused) {
        return new Refusal(refused.ground(), refused.groundShown(), refused.rule());
    }

    private static MayRefuse mayRefuse(Promise promise, @Nullable String kind) {
        var decider = promise.refusalOf(kind).map(it -> it.value().decidedBy()).orElse(Decider.REVIEWER);
        if (decider == Decider.NOBODY) {
            return new MayRefuse(decider, List.of());
        }
        var grounds = new java.util.ArrayList<Ground>();
        promise.refusalGrounds().forEach(it -> grounds.add(ground(it, true)));
        promise.noAnswerGrounds().forEach(it -> grounds.add(ground(it, false)));
        return new MayRefuse(decider, List.copyOf(grounds));
    }

    private static Ground ground(Ruled<GroundRules> ruled, boolean answerOwed) {
        var ground = ruled.value();
        return new Ground(
                ground.ground().text(),
                ruled.rule(),
                answerOwed,
                ground.evidence() == GroundRules.Evidence.REQUIRED,
                ground.shown() == GroundRules.Shown.UNLESS_SECRET,
                Boolean.TRUE.equals(ground.onlyAfterFee()));
    }
}
