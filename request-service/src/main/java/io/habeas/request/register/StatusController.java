// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.register;

import io.habeas.request.policy.Policies;
import io.habeas.service.Caller;
import io.habeas.service.LegalClock;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

@RestController
class StatusController {

    private static final int TAG_BYTES = 12;

    private final RequestFiles files;
    private final Policies policies;
    private final LegalClock clock;
    private final JsonMapper json;

    StatusController(RequestFiles files, Policies policies, LegalClock clock, JsonMapper json) {
        this.files = files;
        this.policies = policies;
        this.clock = clock;
        this.json = json;
    }

    @GetMapping("/api/v1/requests/{id}")
    ResponseEntity<byte[]> status(
            @PathVariable UUID id,
            @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String known) {
        var caller = Caller.current();
        var file = files.find(id)
                .filter(it -> caller.controllers().contains(it.controller()))
                .orElseThrow(() -> new ProblemException(Problem.NOT_FOUND, "no such request"));
        var received = file.received();
        var terms =
                policies.terms(received.controller(), received.profile(), received.jurisdiction(), received.right());
        boolean staff = caller.kind() == Caller.Kind.STAFF;
        var body = json.writeValueAsBytes(RequestStatus.of(file, terms, clock.instant(), staff));
        var tag = tagOf(body);
        var changed = known == null || !known.contains(tag);
        return ResponseEntity.status(changed ? HttpStatus.OK : HttpStatus.NOT_MODIFIED)
                .eTag(tag)
                .cacheControl(CacheControl.noCache().cachePrivate())
                .contentType(MediaType.APPLICATION_JSON)
                .body(changed ? body : null);
    }

    /** Of what is shown, not of how much happened: otherwise the tag would tell that a code went out. */
    private static String tagOf(byte[] body) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(body);
            return "\""
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(digest)
                            .substring(0, 2 * TAG_BYTES) + "\"";
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this JVM lacks SHA-256", missing);
        }
    }
}
