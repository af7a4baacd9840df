// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.signals;

import io.habeas.contracts.Identifier;
import io.habeas.contracts.Stance;
import io.habeas.contracts.StandingOrigin;
import io.habeas.request.intake.IdempotencyKeys;
import io.habeas.request.signals.Asked.Claimed;
import io.habeas.request.signals.Asked.Here;
import io.habeas.request.standing.MisusedKeyException;
import io.habeas.request.standing.Said;
import io.habeas.request.standing.Said.Wish;
import io.habeas.request.standing.StandingFacts;
import io.habeas.request.standing.StandingFacts.Recorded;
import io.habeas.service.Caller;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From what was checked to what stands, under the key of the caller. */
final class Saying {

    private final StandingFacts facts;
    private final IdempotencyKeys keys;

    Saying(StandingFacts facts, IdempotencyKeys keys) {
        this.facts = facts;
        this.keys = keys;
    }

    /** @throws ProblemException if the key was used with another body */
    List<Recorded> record(
            Here here, String key, String call, List<Identifier> identifiers, List<Wish> wishes, List<String> parts) {
        try {
            return facts.record(said(here, key, call, identifiers, wishes, parts));
        } catch (MisusedKeyException misused) {
            throw reused();
        }
    }

    Said said(Here here, String key, String call, List<Identifier> identifiers, List<Wish> wishes, List<String> parts) {
        return new Said(
                keys.idOf("standing-" + call, here.controller().id(), key),
                here.controller().id(),
                identifiers,
                wishes,
                here.profile().address(),
                here.uses().place(),
                here.now(),
                Caller.current().actor(),
                keys.fingerprint("standing-" + call, parts.toArray(String[]::new)));
    }

    static ProblemException reused() {
        return new ProblemException(Problem.IDEMPOTENCY_KEY_REUSED, "take a fresh Idempotency-Key for something else");
    }

    /** A no, with what the profile says about asking the person again. */
    Wish no(Here here, String use, @Nullable String channel, StandingOrigin origin, String rule) {
        return here.uses().no(use, channel, origin, rule, here.now());
    }

    static Wish yes(String use, StandingOrigin origin, String rule) {
        return new Wish(use, null, Stance.YES, origin, null, false, rule);
    }

    /** Everything that was said, in an order of ours: the same for bodies that differ only in layout. */
    static List<String> parts(SignalController.Signals signals, boolean gpc, boolean dnt) {
        var parts = new ArrayList<String>(List.of("gpc " + gpc, "dnt " + dnt, text(signals.jurisdiction())));
        addIdentifiers(parts, signals.identifiers());
        Optional.ofNullable(signals.unsubscribe()).orElse(List.of()).forEach(word -> {
            parts.add(word == null ? "-" : text(word.purpose()));
            parts.add(word == null ? "-" : text(word.channel()));
        });
        return parts;
    }

    static void addIdentifiers(List<String> parts, @Nullable List<@Nullable Claimed> identifiers) {
        Optional.ofNullable(identifiers).orElse(List.of()).forEach(it -> {
            parts.add(it == null ? "-" : text(it.kind()));
            parts.add(it == null ? "-" : text(it.value()));
        });
        parts.add("|");
    }

    /** Something that is not there differs from something empty. */
    static String text(@Nullable String value) {
        return value == null ? "-" : "+" + value;
    }
}
