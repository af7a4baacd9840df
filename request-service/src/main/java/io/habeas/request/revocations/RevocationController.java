// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.revocations;

import io.habeas.request.register.RequestFiles;
import io.habeas.service.Caller;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import io.habeas.service.Revocation;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Ends tokens before their time. Every call may be repeated; tokens issued afterwards work. */
@RestController
class RevocationController {

    private static final Logger LOG = LoggerFactory.getLogger(RevocationController.class);

    /** One of the two: whose tokens are meant. */
    record Holder(@Nullable UUID requestId, @Nullable String staff) {}

    record Page(List<Revocation> items) {}

    private final RevocationTable table;
    private final RequestFiles files;

    RevocationController(RevocationTable table, RequestFiles files) {
        this.table = table;
        this.files = files;
    }

    /** All services follow within a minute. */
    @PostMapping("/api/v1/desk/controllers/{c}/revocations")
    ResponseEntity<Revocation> revoke(@PathVariable("c") String controller, @RequestBody Holder holder) {
        var actor = Caller.current().actor();
        var revocation = noted(controller, holder, actor);
        LOG.atInfo()
                .addKeyValue("kind", revocation.kind())
                .addKeyValue("subject", revocation.subject())
                .addKeyValue("controller", controller)
                .addKeyValue("actor", actor)
                .log("tokens revoked");
        return ResponseEntity.accepted().body(revocation);
    }

    private Revocation noted(String controller, Holder holder, String actor) {
        var request = holder.requestId();
        var staff = holder.staff();
        if (request != null && staff == null) {
            if (files.find(request)
                    .filter(it -> it.controller().equals(controller))
                    .isEmpty()) {
                throw new ProblemException(Problem.NOT_FOUND, "no such request of this controller");
            }
            return table.revokeRequester(request, controller, actor);
        }
        if (staff != null && request == null && !staff.isBlank() && staff.length() <= 200) {
            return table.revokeStaff(staff, controller, actor);
        }
        throw ProblemException.invalid(
                "/requestId", "either requestId, or staff with the subject of the tokens (200 characters at most)");
    }

    @GetMapping("/internal/v1/revocations")
    Page list() {
        return new Page(table.fetch());
    }
}
