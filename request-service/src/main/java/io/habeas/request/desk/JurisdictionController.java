// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.desk;

import io.habeas.request.intake.BoundVersion;
import io.habeas.request.intake.IdempotencyKeys;
import io.habeas.request.intake.Offers;
import io.habeas.request.intake.Places;
import io.habeas.request.lifecycle.Declared;
import io.habeas.request.lifecycle.RequestCommand.BindAnew;
import io.habeas.request.lifecycle.RequestCommand.Seen;
import io.habeas.request.limits.EarlierRequests;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Profile;
import io.habeas.request.register.RequestFile;
import io.habeas.service.ProblemException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Where the person lives is corrected, and what is still to come follows the rules of that place. */
@RestController
@RequestMapping("/api/v1/desk/requests/{id}/jurisdictions")
class JurisdictionController {

    private static final Logger LOG = LoggerFactory.getLogger(JurisdictionController.class);

    /**
     * @param jurisdiction where the person lives
     * @param jurisdictions the same where they are several, beside it or in its place: the one that gives most holds
     * @param reason how that is known
     */
    record PlaceFound(
            @Nullable String jurisdiction,
            @Nullable List<@Nullable String> jurisdictions,
            @Nullable String reason) {
        @Override
        public String toString() {
            return "PlaceFound[]";
        }
    }

    private final Desk desk;
    private final Policies policies;
    private final BoundVersion bound;
    private final EarlierRequests earlier;

    JurisdictionController(Desk desk, Policies policies, BoundVersion bound, EarlierRequests earlier) {
        this.desk = desk;
        this.policies = policies;
        this.bound = bound;
        this.earlier = earlier;
    }

    /** Nothing changes where the place does not give what is asked for: then the answer says what it gives. */
    @PostMapping
    ResponseEntity<DecisionController.Decided> correct(
            @PathVariable UUID id,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestBody PlaceFound found) {
        var file = desk.openCase(id);
        var key = IdempotencyKeys.checked(idempotencyKey);
        var reason = desk.sealed(file, "reason", Desk.checked("/reason", found.reason()));
        var inForce = inForce(file);
        var declared = Places.named(inForce, found.jurisdiction(), found.jurisdictions());
        var holding = bound.forRequest(file, declared, file.proved())
                .orElseThrow(() -> Offers.notGiven(inForce, declared, "/jurisdiction"));
        if (!holding.gives(file.received())) {
            throw ProblemException.invalid(
                    "/jurisdiction",
                    "the right is on offer there, but not all of what is asked for: its kind, its scope, its purposes, and who asks");
        }
        var profile = holding.profile().address();
        var place = holding.favoured().place();
        var command = new BindAnew(
                id,
                Desk.roles(),
                profile,
                place,
                Declared.of(declared, place, holding.favoured().because()),
                reason,
                earlier.under(file, profile, place),
                new Seen(file.profile(), file.jurisdiction(), file.proved() != null));
        var answer = DecisionController.taken(id, desk.take(file, "jurisdiction", key, found, command));
        LOG.atInfo()
                .addKeyValue("requestId", id)
                .addKeyValue("jurisdiction", place)
                .log("a person corrected the jurisdiction");
        return answer;
    }

    private Profile inForce(RequestFile file) {
        return policies.controller(file.controller())
                .flatMap(it -> it.profileAt(file.received().receivedAt()))
                .orElseThrow(() -> new IllegalStateException("no policy of " + file.controller() + ": put it back"));
    }
}
