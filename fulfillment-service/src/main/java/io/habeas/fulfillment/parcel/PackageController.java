// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.parcel;

import io.habeas.contracts.ProofLevel;
import io.habeas.fulfillment.parcel.Shelf.NotFetchableException;
import io.habeas.service.Caller;
import io.habeas.service.LegalClock;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** Hands a package to the one who proved identity within the last ten minutes, and to nobody else. */
@RestController
class PackageController {

    private static final Duration FRESH = Duration.ofMinutes(10);
    private static final String UNCACHED = "no-store, private";

    /**
     * @param link goes into the header {@code Habeas-Package-Link} of the download
     * @param passphrase opens the ZIP; shown this once
     */
    record Link(String link, String passphrase, Instant expiresAt, int downloadsLeft, URI download) {
        @Override
        public String toString() {
            return "Link[]";
        }
    }

    private final Shelf shelf;
    private final PackageZip zip;
    private final LegalClock clock;

    PackageController(Shelf shelf, PackageZip zip, LegalClock clock) {
        this.shelf = shelf;
        this.zip = zip;
        this.clock = clock;
    }

    @PostMapping("/api/v1/requests/{id}/package/links")
    ResponseEntity<Link> link(@PathVariable UUID id) {
        var caller = fresh(id);
        try {
            var pass = shelf.pass(id, caller.actor());
            var body = new Link(
                    pass.link(),
                    pass.passphrase(),
                    pass.expiresAt(),
                    pass.downloadsLeft(),
                    URI.create("/api/v1/requests/" + id + "/package"));
            return ResponseEntity.status(201)
                    .header(HttpHeaders.CACHE_CONTROL, UNCACHED)
                    .body(body);
        } catch (NotFetchableException not) {
            throw problem(not);
        }
    }

    @GetMapping("/api/v1/requests/{id}/package")
    void download(
            @PathVariable UUID id,
            @RequestHeader(name = "Habeas-Package-Link", required = false) @Nullable String link,
            HttpServletResponse response)
            throws IOException {
        var caller = fresh(id);
        if (link == null) {
            throw ProblemException.invalid(
                    "/headers/Habeas-Package-Link",
                    "the link is missing; get one with POST /api/v1/requests/{id}/package/links");
        }
        try {
            var taken = shelf.take(id, link, caller.actor());
            response.setContentType("application/zip");
            response.setHeader(HttpHeaders.CACHE_CONTROL, UNCACHED);
            response.setHeader(
                    HttpHeaders.CONTENT_DISPOSITION,
                    "attachment; filename=\"habeas-" + taken.parcel().requestId() + ".zip\"");
            response.setHeader("X-Content-Type-Options", "nosniff");
            zip.write(taken.parcel(), taken.passphrase().toCharArray(), response.getOutputStream());
        } catch (NotFetchableException not) {
            throw problem(not);
        }
    }

    private Caller fresh(UUID id) {
        var caller = Caller.current();
        if (caller.kind() != Caller.Kind.REQUESTER || !id.equals(caller.requestId())) {
            throw new ProblemException(Problem.NOT_FOUND, "there is no such package, or it is not yours");
        }
        var proved = caller.provedAt();
        if (caller.proofLevel() == ProofLevel.NONE
                || proved == null
                || proved.plus(FRESH).isBefore(clock.instant())) {
            throw new ProblemException(
                            Problem.FRESH_PROOF_NEEDED,
                            "prove your identity again, then repeat this within ten minutes with the new token: POST"
                                    + " /api/v1/requests/{id}/verification/codes sends a code, POST"
                                    + " /api/v1/requests/{id}/verification takes it and answers with a token")
                    .with("codes", "/api/v1/requests/" + id + "/verification/codes")
                    .with("verification", "/api/v1/requests/" + id + "/verification");
        }
        return caller;
    }

    private static ProblemException problem(NotFetchableException not) {
        return switch (not.refusal()) {
            case NONE_SUCH ->
                new ProblemException(Problem.NOT_FOUND, "there is no such package, or the link is not its last one");
            case NOT_READY -> new ProblemException(Problem.NOT_NOW, "the package is not complete yet");
            case OVER ->
                new ProblemException(Problem.GONE, "the package has expired, or was fetched as often as it may be");
        };
    }
}
