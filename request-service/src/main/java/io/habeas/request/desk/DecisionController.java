// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.desk;

import io.habeas.contracts.KeyClass;
import io.habeas.contracts.Right;
import io.habeas.journal.EventIds;
import io.habeas.request.datamap.KnownMaps;
import io.habeas.request.intake.IdempotencyKeys;
import io.habeas.request.lifecycle.RequestCommand;
import io.habeas.request.lifecycle.RequestCommand.Approve;
import io.habeas.request.lifecycle.RequestCommand.AskDetails;
import io.habeas.request.lifecycle.RequestCommand.Extend;
import io.habeas.request.lifecycle.RequestCommand.FindNoRequest;
import io.habeas.request.lifecycle.RequestCommand.OrderReview;
import io.habeas.request.lifecycle.RequestCommand.RecordReading;
import io.habeas.request.lifecycle.RequestCommand.Refuse;
import io.habeas.request.lifecycle.State;
import io.habeas.request.lifecycle.Withholding;
import io.habeas.request.limits.EarlierRequests;
import io.habeas.request.register.RequestFile;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What staff decide about one request. */
@RestController
@RequestMapping("/api/v1/desk/requests/{id}")
class DecisionController {

    private static final Logger LOG = LoggerFactory.getLogger(DecisionController.class);
    private static final String STEP = "decision";

    /**
     * @param decision APPROVE, APPROVE_IN_PART, CARRIED_OUT, REFUSE, ASK_DETAILS or NO_REQUEST
     * @param ground of a refusal, as the profile calls it
     * @param secret whether the ground is itself not to be told, where the profile lets it
     * @param evidence what proves the ground and where it lies
     * @param missing what the person is asked for
     * @param withhold what is kept back
     * @param done what was done by hand, as the person is told it
     * @param refuse fields of a correction that are not corrected
     * @param note why, for those who look at the case later
     */
    record Decision(
            @Nullable String decision,
            @Nullable String ground,
            @Nullable Boolean secret,
            @Nullable String evidence,
            @Nullable String missing,
            @Nullable List<@Nullable Withheld> withhold,
            @Nullable String done,
            @Nullable List<@Nullable NotCorrected> refuse,
            @Nullable String note) {
        @Override
        public String toString() {
            return "Decision[" + decision + "]";
        }
    }

    record Withheld(@Nullable String category, @Nullable String ground) {}

    /** @param field as the person named it */
    record NotCorrected(@Nullable String field, @Nullable String ground) {
        @Override
        public String toString() {
            return "NotCorrected[" + ground + "]";
        }
    }

    /** @param until the new last day; the latest that the profile has where it is left out */
    record Extension(@Nullable String reason, @Nullable String until) {
        @Override
        public String toString() {
            return "Extension[]";
        }
    }

    record ReviewOrder() {}

    record ReadingOrder() {}

    record Decided(UUID requestId, State state, Map<String, String> links) {}

    private final Desk desk;
    private final Readings readings;
    private final Handiwork handiwork;
    private final EarlierRequests earlier;
    private final KnownMaps maps;

    DecisionController(Desk desk, Readings readings, Handiwork handiwork, EarlierRequests earlier, KnownMaps maps) {
        this.desk = desk;
        this.readings = readings;
        this.handiwork = handiwork;
        this.earlier = earlier;
        this.maps = maps;
    }

    @PostMapping("/decisions")
    ResponseEntity<Decided> decide(
            @PathVariable UUID id,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestBody Decision decision) {
        var file = openCase(id);
        var key = IdempotencyKeys.checked(idempotencyKey);
        var command = command(file, key, decision);
        var answer = taken(id, desk.take(file, STEP, key, decision, command));
        LOG.atInfo()
                .addKeyValue("requestId", id)
                .addKeyValue("decision", decision.decision())
                .log("a person decided");
        return answer;
    }

    private RequestCommand command(RequestFile file, String key, Decision decision) {
        var id = file.received().requestId();
        return switch (String.valueOf(decision.decision())) {
            case "APPROVE" -> {
                if (decision.withhold() != null) {
                    throw ProblemException.invalid("/withhold", "only with APPROVE_IN_PART");
                }
                yield new Approve(id, Desk.roles(), List.of(), desk.sealedIfThere(file, "note", decision.note()));
            }
            case "CARRIED_OUT" -> {
                if (decision.refuse() != null) {
                    throw ProblemException.invalid("/refuse", "only with APPROVE_IN_PART");
                }
                yield handiwork.command(file, decision);
            }
            case "APPROVE_IN_PART" -> {
                if (file.right() == Right.CORRECTION) {
                    yield handiwork.command(file, decision);
                }
                var withheld = withheld(decision);
                if (file.right() == Right.ACCESS && !desk.isRepeat(file, STEP, key)) {
                    requireInTheMap(file, withheld);
                }
                yield new Approve(id, Desk.roles(), withheld, desk.sealedIfThere(file, "note", decision.note()));
            }
            case "REFUSE" ->
                new Refuse(
                        id,
                        Desk.roles(),
                        given("/ground", decision.ground()),
                        Boolean.TRUE.equals(decision.secret()),
                        desk.sealedIfThere(file, "evidence", decision.evidence()),
                        desk.sealedIfThere(file, "note", decision.note()),
                        earlier.of(file));
            case "ASK_DETAILS" ->
                new AskDetails(
                        id, Desk.roles(), desk.sealed(file, "missing", Desk.checked("/missing", decision.missing())));
            case "NO_REQUEST" -> new FindNoRequest(id, Desk.roles(), desk.sealedIfThere(file, "note", decision.note()));
            default ->
                throw ProblemException.invalid(
                        "/decision", "one of APPROVE, APPROVE_IN_PART, CARRIED_OUT, REFUSE, ASK_DETAILS, NO_REQUEST");
        };
    }

    private static List<Withholding> withheld(Decision decision) {
        var named = decision.withhold();
        if (named == null || named.isEmpty()) {
            throw ProblemException.invalid("/withhold", "what is kept back: category and ground, at least one");
        }
        var withheld = new ArrayList<Withholding>();
        for (int index = 0; index < named.size(); index++) {
            var next = named.get(index);
            var place = "/withhold/" + index;
            if (next == null) {
                throw ProblemException.invalid(place, "category and ground are needed");
            }
            if (next.category() == null
                    || !next.category().matches("[A-Za-z0-9_-]{1,64}([.][A-Za-z0-9_-]{1,64}){0,8}")) {
                throw ProblemException.invalid(
                        place + "/category", "a category of the data map, or a field of it as store.collection.field");
            }
            withheld.add(new Withholding(next.category(), given(place + "/ground", next.ground())));
        }
        return withheld;
    }

    /** What the map does not have could not be kept back; where no map is known yet, planning says so and gives the request back. */
    private void requireInTheMap(RequestFile file, List<Withholding> withheld) {
        var known = maps.withholdable(file.controller());
        if (known.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("requestId", file.received().requestId())
                    .addKeyValue("controller", file.controller())
                    .log("no data map is known, so what is kept back is looked at when it is planned");
            return;
        }
        for (int index = 0; index < withheld.size(); index++) {
            if (!known.get().has(withheld.get(index).category())) {
                throw ProblemException.invalid(
                                "/withhold/" + index + "/category",
                                "neither a category of the data map nor a field of it that a package has; see 'onOffer'")
                        .with("onOffer", known.get().names());
            }
        }
    }

    /** A name of the profile: what looks like none is none. */
    static String given(String pointer, @Nullable String name) {
        if (name == null || !name.matches("[A-Z][A-Z0-9_-]{1,63}")) {
            throw ProblemException.invalid(pointer, "a name as the profile writes it, such as LEGAL_OBLIGATION");
        }
        return name;
    }

    @PostMapping("/extensions")
    ResponseEntity<Decided> extend(
            @PathVariable UUID id,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestBody Extension extension) {
        var file = openCase(id);
        var key = IdempotencyKeys.checked(idempotencyKey);
        var reason = desk.sealed(file, "reason", Desk.checked("/reason", extension.reason()));
        var command = new Extend(id, Desk.roles(), reason, day(extension.until()));
        return taken(id, desk.take(file, "extension", key, extension, command));
    }

    private static @Nullable LocalDate day(@Nullable String text) {
        try {
            return text == null ? null : LocalDate.parse(text);
        } catch (DateTimeException _) {
            throw ProblemException.invalid("/until", "a day such as 2026-12-31");
        }
    }

    /** From then on no machine decides it. Before identity is proved it waits for the proof. */
    @PostMapping("/reviews")
    ResponseEntity<Decided> review(
            @PathVariable UUID id,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestBody(required = false) @Nullable ReviewOrder order) {
        var file = openCase(id);
        var key = IdempotencyKeys.checked(idempotencyKey);
        return taken(id, desk.take(file, "review", key, new ReviewOrder(), new OrderReview(id, Desk.roles())));
    }

    /** The reading is a fact of the case before anything is shown. */
    @PostMapping("/readings")
    ResponseEntity<Readings.Opened> read(
            @PathVariable UUID id,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestBody(required = false) @Nullable ReadingOrder order) {
        var file = desk.own(id);
        var key = IdempotencyKeys.checked(idempotencyKey);
        var parts = Readings.readable(file);
        if (parts.isEmpty()) {
            throw new ProblemException(Problem.GONE, "what the person wrote is erased");
        }
        // each time that something is shown is a reading of its own, under whatever key
        var step = "reading|" + EventIds.next();
        desk.take(file, step, key, new ReadingOrder(), new RecordReading(id, parts));
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(readings.open(file, parts));
    }

    /** Nothing is sealed for a case whose key is gone. */
    private RequestFile openCase(UUID id) {
        var file = desk.own(id);
        if (file.isErased(KeyClass.CASE)) {
            throw Desk.notNow(file.visibleState());
        }
        return file;
    }

    static ResponseEntity<Decided> taken(UUID id, State state) {
        return ResponseEntity.status(HttpStatus.ACCEPTED)
                .body(new Decided(id, state, Map.of("self", "/api/v1/desk/requests/" + id)));
    }
}
