// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.signals;

import io.habeas.contracts.Identifier;
import io.habeas.contracts.StandingOrigin;
import io.habeas.request.intake.IdempotencyKeys;
import io.habeas.request.policy.Profile;
import io.habeas.request.policy.language.ConsentRules.Withdrawal;
import io.habeas.request.signals.Asked.Claimed;
import io.habeas.request.signals.Asked.Here;
import io.habeas.request.signals.SignalController.Stands;
import io.habeas.request.standing.Fact;
import io.habeas.request.standing.MisusedKeyException;
import io.habeas.request.standing.OptIns;
import io.habeas.request.standing.Said.Wish;
import io.habeas.request.standing.StandingAnswers;
import io.habeas.request.standing.StandingAnswers.Answer;
import io.habeas.request.standing.StandingAnswers.Because;
import io.habeas.request.standing.Uses;
import io.habeas.request.standing.Uses.Recipient;
import io.habeas.service.Caller;
import io.habeas.service.LegalClock;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import io.habeas.service.ProblemException.Invalid;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the systems and the staff of a controller ask before they use data, and what they pass on of what a person has said to them. */
@RestController
@RequestMapping("/api/v1/controllers/{c}/standing")
class StandingController {

    private static final int MOST_PEOPLE = 500;
    /** Where the profile sets no clock for a confirmation. */
    private static final Duration SECOND_STEP = Duration.ofDays(1);

    /** All identifiers that are known to belong to one person. */
    record PersonAsked(@Nullable List<@Nullable Claimed> identifiers) {
        @Override
        public String toString() {
            return "PersonAsked[]";
        }
    }

    /**
     * At least one of purpose and recipient.
     *
     * @param purpose a use that the policy names, or SALE
     * @param channel the way of contact; absent where it may be any
     * @param recipient how the data map marks who would get the data: SALE, DIRECT_MARKETING or ADVERTISING
     */
    record StandingQuery(
            @Nullable String jurisdiction,
            @Nullable String purpose,
            @Nullable String channel,
            @Nullable String recipient,
            @Nullable List<@Nullable PersonAsked> people) {
        @Override
        public String toString() {
            return "StandingQuery[]";
        }
    }

    /**
     * @param purpose the use that decided
     * @param rule the leaf of the profile that says so
     * @param since when it was said; or when the policy came into force
     * @param fact what was said; absent where the person is silent
     */
    record Judged(
            boolean allowed,
            Because because,
            String purpose,
            String rule,
            Instant since,
            @Nullable UUID fact) {

        static Judged of(Answer answer) {
            return new Judged(
                    answer.allowed(), answer.because(), answer.use(), answer.rule(), answer.since(), answer.fact());
        }
    }

    /** @param answers in the order of the people that were asked for */
    record StandingAnswered(String profile, String jurisdiction, Instant at, List<Judged> answers) {}

    /** What a person is to be asked about. */
    record Prompt(
            @Nullable String jurisdiction,
            @Nullable String purpose,
            @Nullable String channel,
            @Nullable List<@Nullable Claimed> identifiers) {
        @Override
        public String toString() {
            return "Prompt[]";
        }
    }

    record MayAsk(String profile, String purpose, boolean mayAsk) {}

    /**
     * To a use, or to a version of the policy.
     *
     * @param version of the policy that the person said yes to, such as {@code 2023-01}, in place of a purpose
     * @param given the person's answer
     */
    record Consent(
            @Nullable String jurisdiction,
            @Nullable String purpose,
            @Nullable String version,
            @Nullable Boolean given,
            @Nullable List<@Nullable Claimed> identifiers) {
        @Override
        public String toString() {
            return "Consent[]";
        }
    }

    record ConsentNoted(String profile, String jurisdiction, List<Stands> facts) {}

    record OptIn(@Nullable String jurisdiction, @Nullable List<@Nullable Claimed> identifiers) {
        @Override
        public String toString() {
            return "OptIn[]";
        }
    }

    /** @param until the last moment for the second step, without which nothing changes */
    record FirstStep(UUID optIn, Instant until, String rule, Map<String, String> links) {}

    /** The person says it once more. */
    record SecondStep(@Nullable Boolean confirmed) {}

    record BackIn(UUID optIn, List<Stands> facts) {}

    private final Asked asked;
    private final Saying saying;
    private final StandingAnswers answers;
    private final OptIns optIns;
    private final IdempotencyKeys keys;
    private final LegalClock clock;

    StandingController(
            Asked asked,
            Saying saying,
            StandingAnswers answers,
            OptIns optIns,
            IdempotencyKeys keys,
            LegalClock clock) {
        this.asked = asked;
        this.saying = saying;
        this.answers = answers;
        this.optIns = optIns;
        this.keys = keys;
        this.clock = clock;
    }

    /** May the data of these people be used for this purpose, or given to this recipient, now? Changes nothing, so it needs no key. */
    @PostMapping("/queries")
    StandingAnswered query(@PathVariable String c, @RequestBody StandingQuery query) {
        var here = asked.here(c, query.jurisdiction());
        var invalid = new ArrayList<Invalid>();
        var uses = uses(here, query, invalid);
        var people = people(query.people(), invalid);
        Asked.requireNothing(invalid);
        var judged = people.stream()
                .map(person -> Judged.of(
                        answers.answer(here.controller().id(), here.uses(), uses, query.channel(), person, here.now())))
                .toList();
        return new StandingAnswered(here.profile().address(), here.uses().place(), here.now(), judged);
    }

    private static LinkedHashSet<String> uses(Here here, StandingQuery query, List<Invalid> invalid) {
        var uses = new LinkedHashSet<String>();
        if (query.recipient() != null) {
            Arrays.stream(Recipient.values())
                    .filter(it -> it.name().equals(query.recipient()))
                    .findFirst()
                    .ifPresentOrElse(
                            it -> uses.addAll(here.uses().behind(it)),
                            () -> invalid.add(new Invalid(
                                    "/recipient",
                                    "one of "
                                            + Arrays.stream(Recipient.values())
                                                    .map(Enum::name)
                                                    .collect(Collectors.joining(", ")))));
        }
        if (query.purpose() != null || query.recipient() == null) {
            var use = Asked.use(here, "/purpose", query.purpose(), invalid);
            if (use != null) {
                uses.add(use);
            }
        } else if (uses.isEmpty() && invalid.isEmpty()) {
            invalid.add(new Invalid("/purpose", "needed: the policy has no rule for such a recipient here"));
        }
        return uses;
    }

    private static List<List<Identifier>> people(@Nullable List<@Nullable PersonAsked> people, List<Invalid> invalid) {
        if (people == null || people.isEmpty() || people.size() > MOST_PEOPLE) {
            invalid.add(new Invalid("/people", "one to " + MOST_PEOPLE));
            return List.of();
        }
        var read = new ArrayList<List<Identifier>>();
        for (int index = 0; index < people.size(); index++) {
            var person = people.get(index);
            read.add(Asked.identifiers(
                    "/people/" + index + "/identifiers", person == null ? null : person.identifiers(), invalid));
        }
        return read;
    }

    /** To be asked before a person is asked for consent, or to come back: 409 where the person has said no, and until when. */
    @PostMapping("/prompts")
    MayAsk mayAsk(@PathVariable String c, @RequestBody Prompt prompt) {
        var here = asked.here(c, prompt.jurisdiction());
        var invalid = new ArrayList<Invalid>();
        var identifiers = Asked.identifiers("/identifiers", prompt.identifiers(), invalid);
        var use = Asked.use(here, "/purpose", prompt.purpose(), invalid);
        Asked.requireNothing(invalid);
        var purpose = java.util.Objects.requireNonNull(use);
        answers.forbidsToAsk(here.controller().id(), purpose, prompt.channel(), identifiers, here.now())
                .ifPresent(no -> {
                    throw forbidden(here, no);
                });
        return new MayAsk(here.profile().address(), purpose, true);
    }

    private static ProblemException forbidden(Here here, Fact no) {
        var from = no.askAgainFrom();
        if (from == null) {
            return new ProblemException(Problem.ASKED_BEFORE, "never ask this person about this purpose again")
                    .with("rule", no.rule())
                    .with("since", no.since());
        }
        LocalDate day = here.uses().reckoning().dayOf(from);
        return new ProblemException(Problem.ASKED_BEFORE, "ask again from " + day + " on, not before")
                .with("rule", no.rule())
                .with("since", no.since())
                .with("askAgainFrom", from)
                .with("askAgainOn", day);
    }

    /** The answer of a person to a question of the controller, or a change of it. */
    @PostMapping("/consents")
    ResponseEntity<ConsentNoted> consent(
            @PathVariable String c,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestBody Consent consent) {
        var here = asked.here(c, consent.jurisdiction());
        var key = IdempotencyKeys.checked(idempotencyKey);
        var invalid = new ArrayList<Invalid>();
        var identifiers = Asked.identifiers("/identifiers", consent.identifiers(), invalid);
        if (consent.version() != null) {
            return consentToVersion(here, key, consent, identifiers, invalid);
        }
        var rules = consent.purpose() == null ? null : here.uses().consents().get(consent.purpose());
        if (rules == null) {
            invalid.add(new Invalid(
                    "/purpose",
                    "one of " + String.join(", ", here.uses().consents().keySet())));
        }
        if (consent.given() == null) {
            invalid.add(new Invalid("/given", "true or false"));
        }
        Asked.requireNothing(invalid);
        var purpose = java.util.Objects.requireNonNull(consent.purpose());
        var rule = java.util.Objects.requireNonNull(rules);
        boolean given = Boolean.TRUE.equals(consent.given());
        if (!given
                && rule.value().withdrawal() != Withdrawal.TAKES_EFFECT
                && rule.value().withdrawal() != Withdrawal.ENDS_THE_FUNCTION) {
            throw ProblemException.invalid(
                    "/given", "the policy does not let this be withdrawn by a word; the person may file a request");
        }
        var wish = given
                ? Saying.yes(purpose, StandingOrigin.CONSENT, rule.rule() + ".standing")
                : saying.no(here, purpose, null, StandingOrigin.CONSENT, rule.rule() + ".withdrawal");
        var parts = new ArrayList<>(List.of(Saying.text(consent.jurisdiction()), purpose, Boolean.toString(given)));
        return noted(here, key, consent, identifiers, wish, parts);
    }

    private ResponseEntity<ConsentNoted> noted(
            Here here, String key, Consent consent, List<Identifier> identifiers, Wish wish, List<String> parts) {
        Saying.addIdentifiers(parts, consent.identifiers());
        var facts = saying.record(here, key, "consents", identifiers, List.of(wish), parts);
        return ResponseEntity.accepted()
                .body(new ConsentNoted(
                        here.profile().address(),
                        here.uses().place(),
                        facts.stream().map(Stands::of).toList()));
    }

    /** The last version that somebody said yes to; a later yes takes its place, and there is no other way back. */
    private ResponseEntity<ConsentNoted> consentToVersion(
            Here here, String key, Consent consent, List<Identifier> identifiers, List<Invalid> invalid) {
        var known = here.controller().profiles().stream()
                .filter(it -> !it.inForce().isAfter(here.profile().inForce()))
                .toList();
        var version = known.stream()
                .filter(it -> it.version().equals(consent.version()))
                .findFirst();
        if (version.isEmpty()) {
            invalid.add(new Invalid(
                    "/version",
                    "one that was in force: "
                            + known.stream().map(Profile::version).collect(Collectors.joining(", "))));
        }
        if (consent.purpose() != null) {
            invalid.add(new Invalid("/purpose", "not beside a version; say them one by one"));
        }
        if (!Boolean.TRUE.equals(consent.given())) {
            invalid.add(new Invalid(
                    "/given",
                    "true: whoever says no keeps what was said yes to before, and nothing needs to be noted"));
        }
        Asked.requireNothing(invalid);
        var parts = new ArrayList<>(
                List.of(Saying.text(consent.jurisdiction()), "version", Saying.text(consent.version())));
        var wish = Saying.yes(
                Uses.POLICY_VERSION,
                StandingOrigin.CONSENT,
                version.orElseThrow().address() + "#version");
        return noted(here, key, consent, identifiers, wish, parts);
    }

    /** The first of two steps back into sale, which the person takes. Nothing changes before the second. */
    @PostMapping("/opt-ins")
    ResponseEntity<FirstStep> optIn(
            @PathVariable String c,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestBody OptIn optIn) {
        var here = asked.here(c, optIn.jurisdiction());
        var key = IdempotencyKeys.checked(idempotencyKey);
        var steps = here.uses()
                .stepsBackIntoSale()
                .orElseThrow(() -> new ProblemException(
                        Problem.RIGHT_NOT_ON_OFFER, "the policy knows no way back into sale for people of this place"));
        var invalid = new ArrayList<Invalid>();
        var identifiers = Asked.identifiers("/identifiers", optIn.identifiers(), invalid);
        Asked.requireNothing(invalid);
        var parts = new ArrayList<>(List.of(Saying.text(optIn.jurisdiction())));
        Saying.addIdentifiers(parts, optIn.identifiers());
        var wish = Saying.yes(Uses.SALE, StandingOrigin.OPT_IN, steps.rule());
        var first = firstStep(here, saying.said(here, key, "opt-ins", identifiers, List.of(wish), parts));
        var self = "/api/v1/controllers/" + here.controller().id() + "/standing/opt-ins/" + first.optIn();
        return ResponseEntity.accepted()
                .body(new FirstStep(
                        first.optIn(), first.until(), steps.rule(), Map.of("confirmation", self + "/confirmation")));
    }

    private OptIns.Asked firstStep(Here here, io.habeas.request.standing.Said said) {
        try {
            return optIns.ask(said, here.now().plus(SECOND_STEP));
        } catch (MisusedKeyException misused) {
            throw Saying.reused();
        }
    }

    @PostMapping("/opt-ins/{optIn}/confirmation")
    ResponseEntity<BackIn> confirm(
            @PathVariable String c,
            @PathVariable UUID optIn,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestBody SecondStep step) {
        var key = IdempotencyKeys.checked(idempotencyKey);
        if (!Boolean.TRUE.equals(step.confirmed())) {
            throw ProblemException.invalid("/confirmed", "true, when the person has said it once more");
        }
        var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        try {
            return optIns.confirm(c, optIn, Caller.current().actor(), keys.idOf("standing-confirmation", c, key), now)
                    .map(facts -> ResponseEntity.accepted()
                            .body(new BackIn(
                                    optIn,
                                    facts.stream()
                                            .map(it -> Stands.of(it, true))
                                            .toList())))
                    .orElseThrow(() -> new ProblemException(Problem.NOT_FOUND, "no such first step"));
        } catch (OptIns.LapsedException late) {
            throw new ProblemException(Problem.GONE, "the second step came too late; begin again with the first");
        }
    }
}
