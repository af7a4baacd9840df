// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import io.habeas.service.RequesterTokens;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
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

    private final Published published;
    private final Intake intake;
    private final RequesterTokens tokens;

    IntakeController(Published published, Intake intake, RequesterTokens tokens) {
        this.published = published;
        this.intake = intake;
        this.tokens = tokens;
    }

    @PostMapping("/requests")
    ResponseEntity<Accepted> submit(
            @PathVariable String c,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestBody Submission submission) {
        var controller = published.controller(c);
        var key = IdempotencyKeys.checked(idempotencyKey);
        var receipt = intake.accept(controller, key, submission);
        LOG.atDebug()
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
}
