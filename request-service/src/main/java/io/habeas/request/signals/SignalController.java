// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.signals;

import io.habeas.contracts.Stance;
import io.habeas.contracts.StandingOrigin;
import io.habeas.request.intake.IdempotencyKeys;
import io.habeas.request.policy.Ruled;
import io.habeas.request.policy.language.SignalRules.Meaning;
import io.habeas.request.signals.Asked.Claimed;
import io.habeas.request.signals.Asked.Here;
import io.habeas.request.standing.Fact;
import io.habeas.request.standing.Said.Wish;
import io.habeas.request.standing.StandingFacts.Recorded;
import io.habeas.request.standing.Uses;
import io.habeas.service.Caller;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import io.habeas.service.ProblemException.Invalid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/**
 * Signals of browsers, and words that need no proof. Anybody may send them, as anybody can press an unsubscribe link: all they can do is to
 * stop a use, never to allow one.
 */
@RestController
class SignalController {

    private static final String ON = "1";
    private static final int MOST_WORDS = 10;

    /**
     * The headers {@code Sec-GPC} and {@code DNT} of the same call are the signals themselves.
     *
     * @param jurisdiction where the person lives, as a country or a part of one
     * @param identifiers of the browser or device, or of the person
     * @param unsubscribe what the person stops in words or by a link
     */
    record Signals(
            @Nullable String jurisdiction,
            @Nullable List<@Nullable Claimed> identifiers,
            @Nullable List<@Nullable Word> unsubscribe) {
        @Override
        public String toString() {
            return "Signals[]";
        }
    }

    /** @param purpose a use that the policy names, or SALE @param channel one way of contact; absent for all */
    record Word(@Nullable String purpose, @Nullable String channel) {}

    /** What became of one signal. */
    enum Effect {
        /** It counts; the facts say as what. */
        COUNTS,
        /** This policy does not honour it, and nothing changed. */
        NOT_HONOURED,
        /** This policy says nothing of it, and nothing changed. */
        NOT_KNOWN
    }

    /**
     * @param rule the leaf of the profile that says so; absent where none does
     * @param facts for staff and systems of the controller alone: to anybody else the answer is the same whatever stood before, for it would tell whether
     *     the person of an address has said something here
     */
    record Heard(
            StandingOrigin signal, Effect effect, @Nullable String rule, List<Stands> facts) {}

    /** @param said whether it was said now, and did not stand before */
    record Stands(
            UUID fact,
            String purpose,
            @Nullable String channel,
            Stance stance,
            Instant since,
            @Nullable Instant askAgainFrom,
            boolean neverAskAgain,
            String rule,
            boolean said) {

        static Stands of(Recorded recorded) {
            return of(recorded.fact(), recorded.said());
        }

        static Stands of(Fact fact, boolean said) {
            return new Stands(
                    fact.id(),
                    fact.use(),
                    fact.channel(),
                    fact.stance(),
                    fact.since(),
                    fact.askAgainFrom(),
                    fact.neverAskAgain(),
                    fact.rule(),
                    said);
        }
    }

    /** @param profile the version of the policy by which it was decided */
    record SignalsTaken(String profile, String jurisdiction, List<Heard> signals) {}

    private final Asked asked;
    private final Saying saying;

    SignalController(Asked asked, Saying saying) {
        this.asked = asked;
        this.saying = saying;
    }

    @PostMapping("/api/v1/controllers/{c}/signals")
    ResponseEntity<SignalsTaken> take(
            @PathVariable String c,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestHeader(name = "Sec-GPC", required = false) @Nullable String gpc,
            @RequestHeader(name = "DNT", required = false) @Nullable String dnt,
            @RequestBody Signals signals) {
        var here = asked.here(c, signals.jurisdiction());
        var key = IdempotencyKeys.checked(idempotencyKey);
        var invalid = new ArrayList<Invalid>();
        var identifiers = Asked.identifiers("/identifiers", signals.identifiers(), invalid);
        var heard = new ArrayList<Heard>();
        var wishes = new ArrayList<Wish>();
        if (ON.equals(gpc)) {
            heard.add(hear(here, StandingOrigin.GPC, here.uses().gpc(), wishes));
        }
        if (ON.equals(dnt)) {
            heard.add(hear(here, StandingOrigin.DNT, here.uses().dnt(), wishes));
        }
        var words = words(here, signals.unsubscribe(), wishes, invalid);
        Asked.requireNothing(invalid);
        if (heard.isEmpty() && words.isEmpty()) {
            throw ProblemException.invalid(
                    "/unsubscribe", "needed where neither Sec-GPC: 1 nor DNT: 1 comes as a header");
        }
        heard.addAll(words);
        var recorded = wishes.isEmpty()
                ? List.<Recorded>of()
                : saying.record(
                        here,
                        key,
                        "signals",
                        identifiers,
                        wishes,
                        Saying.parts(signals, ON.equals(gpc), ON.equals(dnt)));
        return ResponseEntity.accepted()
                .body(new SignalsTaken(
                        here.profile().address(),
                        here.uses().place(),
                        heard.stream().map(it -> with(it, told(c, recorded))).toList()));
    }

    private static List<Recorded> told(String controller, List<Recorded> recorded) {
        var caller = Caller.current();
        boolean ofTheController = (caller.kind() == Caller.Kind.STAFF || caller.kind() == Caller.Kind.SERVICE)
                && caller.controllers().contains(controller);
        return ofTheController ? recorded : List.of();
    }

    private Heard hear(Here here, StandingOrigin signal, Optional<Ruled<Meaning>> meaning, List<Wish> wishes) {
        if (meaning.isEmpty()) {
            return new Heard(signal, Effect.NOT_KNOWN, null, List.of());
        }
        var rule = meaning.get().rule();
        var uses =
                switch (meaning.get().value()) {
                    case IGNORED -> List.<String>of();
                    case OPT_OUT_OF_SALE -> List.of(Uses.SALE);
                    case OBJECTION_TO_TRACKING -> Uses.TRACKING;
                };
        uses.forEach(use -> wishes.add(saying.no(here, use, null, signal, rule)));
        return new Heard(signal, uses.isEmpty() ? Effect.NOT_HONOURED : Effect.COUNTS, rule, List.of());
    }

    private List<Heard> words(
            Here here, @Nullable List<@Nullable Word> words, List<Wish> wishes, List<Invalid> invalid) {
        var heard = new ArrayList<Heard>();
        if (words == null) {
            return heard;
        }
        if (words.size() > MOST_WORDS) {
            invalid.add(new Invalid("/unsubscribe", "at most " + MOST_WORDS));
            return heard;
        }
        for (int index = 0; index < words.size(); index++) {
            var pointer = "/unsubscribe/" + index;
            var word = words.get(index);
            var use = Asked.use(here, pointer + "/purpose", word == null ? null : word.purpose(), invalid);
            if (use == null || word == null) {
                continue;
            }
            var channel = word.channel();
            var channels = here.uses().channels(use);
            if (channel != null && !channels.contains(channel)) {
                invalid.add(new Invalid(
                        pointer + "/channel",
                        channels.isEmpty()
                                ? "the policy names no ways of contact here; leave it out"
                                : "one of " + String.join(", ", channels)));
                continue;
            }
            var rule = here.uses().stoppedByAWord(use, channel).orElseThrow(() -> new ProblemException(
                            Problem.RIGHT_NOT_ON_OFFER,
                            pointer
                                    + "/purpose: the policy does not let this be stopped without a request; file one, or write"
                                    + " to the contact",
                            List.of(new Invalid(pointer + "/purpose", "file a request for this")))
                    .with("contact", here.profile().contact()));
            wishes.add(saying.no(here, use, channel, StandingOrigin.UNSUBSCRIBE, rule));
            if (heard.isEmpty()) {
                heard.add(new Heard(StandingOrigin.UNSUBSCRIBE, Effect.COUNTS, rule, List.of()));
            }
        }
        return heard;
    }

    private static Heard with(Heard heard, List<Recorded> recorded) {
        var facts = recorded.stream()
                .filter(it -> it.fact().origin() == heard.signal())
                .map(Stands::of)
                .toList();
        return new Heard(heard.signal(), heard.effect(), heard.rule(), facts);
    }
}
