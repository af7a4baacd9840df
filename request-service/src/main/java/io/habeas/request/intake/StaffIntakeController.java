// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import io.habeas.request.lifecycle.Entry.Channel;
import io.habeas.request.policy.Controller;
import io.habeas.service.Caller;
import io.habeas.service.LegalClock;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import io.habeas.service.ProblemException.Invalid;
import io.habeas.service.RequesterTokens;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Requests that came by another way than this one, entered by staff with the day on which they truly came. */
@RestController
class StaffIntakeController {

    private static final Logger LOG = LoggerFactory.getLogger(StaffIntakeController.class);

    /**
     * @param channel by which it came
     * @param receivedOn the day of its receipt where the policy counts days, such as 2026-11-30
     * @param request as a person would file it
     */
    record StaffEntry(
            @Nullable String controller,
            @Nullable String channel,
            @Nullable String receivedOn,
            @Nullable Submission request) {
        @Override
        public String toString() {
            return "StaffEntry[" + channel + "]";
        }
    }

    /** @param token to be handed to the person, who proves identity with it; nobody on the staff may */
    record Entered(UUID requestId, String reference, String token, Map<String, String> links) {
        @Override
        public String toString() {
            return "Entered[" + requestId + "]";
        }
    }

    private final Published published;
    private final Intake intake;
    private final RequesterTokens tokens;
    private final LegalClock clock;

    StaffIntakeController(Published published, Intake intake, RequesterTokens tokens, LegalClock clock) {
        this.published = published;
        this.intake = intake;
        this.tokens = tokens;
        this.clock = clock;
    }

    @PostMapping("/api/v1/desk/requests")
    ResponseEntity<Entered> enter(
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestBody StaffEntry entry) {
        var controller = controller(entry.controller());
        var key = IdempotencyKeys.checked(idempotencyKey);
        var channel = channel(entry.channel());
        var receivedAt = receivedAt(controller, entry.receivedOn());
        var submission = entry.request();
        if (submission == null) {
            throw ProblemException.invalid("/request", "what is asked for, as a person would file it");
        }
        var receipt = enter(controller, key, submission, receivedAt, channel);
        LOG.atInfo()
                .addKeyValue("requestId", receipt.requestId())
                .addKeyValue("controller", controller.id())
                .log("a request was entered by staff");
        var self = "/api/v1/desk/requests/" + receipt.requestId();
        return ResponseEntity.accepted()
                .location(URI.create(self))
                .cacheControl(CacheControl.noStore())
                .body(new Entered(
                        receipt.requestId(),
                        receipt.reference(),
                        tokens.issue(controller.id(), receipt.requestId()),
                        Map.of("self", self)));
    }

    private IdempotencyKeys.Receipt enter(
            Controller controller, String key, Submission submission, Instant receivedAt, Channel channel) {
        try {
            return intake.enter(
                    controller,
                    key,
                    submission,
                    receivedAt,
                    channel,
                    Caller.current().actor());
        } catch (ProblemException wrong) {
            throw within(wrong);
        }
    }

    /** The same, with the places named as they stand in the body. */
    private static ProblemException within(ProblemException wrong) {
        if (wrong.errors().isEmpty()) {
            return wrong;
        }
        var errors = wrong.errors().stream()
                .map(it -> new Invalid("/request" + it.pointer(), it.detail()))
                .toList();
        return new ProblemException(
                wrong.problem(),
                "look at " + errors.stream().map(Invalid::pointer).collect(Collectors.joining(", ")),
                errors);
    }

    private Controller controller(@Nullable String id) {
        if (id == null || !Caller.current().controllers().contains(id)) {
            throw new ProblemException(Problem.UNKNOWN_CONTROLLER, "your token has no such controller");
        }
        return published.controller(id);
    }

    private static Channel channel(@Nullable String named) {
        return Arrays.stream(Channel.values())
                .filter(it -> it.name().equals(named))
                .findFirst()
                .orElseThrow(() -> ProblemException.invalid(
                        "/channel",
                        "one of "
                                + Arrays.stream(Channel.values())
                                        .map(Enum::name)
                                        .collect(Collectors.joining(", "))));
    }

    /** The beginning of the day, or now where it came today; the policy of that day has its time zone. */
    private Instant receivedAt(Controller controller, @Nullable String text) {
        var now = clock.instant();
        var zone = controller.profiles().getFirst().zone();
        var today = now.atZone(zone).toLocalDate();
        var day = Optional.ofNullable(text)
                .flatMap(StaffIntakeController::day)
                .orElseThrow(() -> ProblemException.invalid("/receivedOn", "the day of receipt, such as 2026-11-30"));
        if (day.isAfter(today)) {
            throw ProblemException.invalid("/receivedOn", "not after today: nothing is received before it came");
        }
        return day.isEqual(today)
                ? now.truncatedTo(java.time.temporal.ChronoUnit.MICROS)
                : day.atStartOfDay(zone).toInstant();
    }

    private static Optional<LocalDate> day(String text) {
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }
}
