// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import io.habeas.request.policy.Controller;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.PolicyException;
import io.habeas.service.LegalClock;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import io.habeas.service.RequesterTokens;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/controllers/{c}")
class IntakeController {

    private static final Logger LOG = LoggerFactory.getLogger(IntakeController.class);

    /** @param token for this request alone; what it opens grows with the proof of identity */
    record Accepted(UUID requestId, String reference, String token, Map<String, String> links) {

        @Override
        public String toString() {
            return "Accepted[" + requestId + "]";
        }
    }

    private final Policies policies;
    private final Intake intake;
    private final RequesterTokens tokens;
    private final LegalClock clock;

    IntakeController(Policies policies, Intake intake, RequesterTokens tokens, LegalClock clock) {
        this.policies = policies;
        this.intake = intake;
        this.tokens = tokens;
        this.clock = clock;
    }

    @PostMapping("/requests")
    ResponseEntity<Accepted> submit(
            @PathVariable String c,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestBody Submission submission) {
        var controller = controller(c);
        var key = IdempotencyKeys.checked(idempotencyKey);
        var receipt = intake.accept(controller, key, submission);
        LOG.atInfo()
                .addKeyValue("requestId", receipt.requestId())
                .addKeyValue("controller", controller.id())
                .log("a request was accepted");
        var self = "/api/v1/requests/" + receipt.requestId();
        var links = new LinkedHashMap<String, String>();
        links.put("self", self);
        links.put("verification", self + "/verification");
        links.put("withdrawal", self + "/withdrawal");
        var token = tokens.issue(controller.id(), receipt.requestId());
        return ResponseEntity.accepted()
                .location(URI.create(self))
                .cacheControl(CacheControl.noStore())
                .body(new Accepted(receipt.requestId(), receipt.reference(), token, links));
    }

    @GetMapping("/profile")
    Offers.Offer profile(@PathVariable String c, @RequestParam(required = false) @Nullable String jurisdiction) {
        var controller = controller(c);
        var profile = controller
                .profileAt(clock.instant())
                .orElseGet(() -> controller.profiles().getLast());
        if (jurisdiction == null) {
            return Offers.of(controller, profile, null);
        }
        var place = profile.jurisdiction(jurisdiction).orElseThrow(() -> Offers.unknownJurisdiction(profile));
        return Offers.of(controller, profile, place);
    }

    private Controller controller(String id) {
        try {
            return policies.controller(id).orElseThrow(() -> Offers.unknownController(policies));
        } catch (PolicyException broken) {
            LOG.atError().addKeyValue("says", broken.getMessage()).log("a controller's policy does not load");
            throw new ProblemException(Problem.UNAVAILABLE, "the policy of this controller can not be read for now")
                    .retryAfter(Duration.ofSeconds(30));
        }
    }
}
