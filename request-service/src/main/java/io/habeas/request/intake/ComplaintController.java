// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import io.habeas.contracts.KeyClass;
import io.habeas.contracts.Sealed;
import io.habeas.journal.EventJournal;
import io.habeas.request.lifecycle.ContradictionException;
import io.habeas.request.lifecycle.DecisionRefusedException;
import io.habeas.request.lifecycle.NotNowException;
import io.habeas.request.lifecycle.RequestCommand.Complain;
import io.habeas.request.lifecycle.Requests;
import io.habeas.request.register.RequestFile;
import io.habeas.request.register.RequestFiles;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.Caller;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** A complaint about a request, by its person. */
@RestController
class ComplaintController {

    private static final int LONGEST = 4_000;

    record Complaint(@Nullable String text) {
        @Override
        public String toString() {
            return "Complaint[]";
        }
    }

    record Filed(UUID requestId, UUID complaintId, Map<String, String> links) {}

    private final Requests requests;
    private final RequestFiles files;
    private final EventJournal journal;
    private final IdempotencyKeys idempotency;
    private final Sealer sealer;

    ComplaintController(
            Requests requests, RequestFiles files, EventJournal journal, IdempotencyKeys idempotency, Sealer sealer) {
        this.requests = requests;
        this.files = files;
        this.journal = journal;
        this.idempotency = idempotency;
        this.sealer = sealer;
    }

    /** Who proved identity complains with that proof; who never did, or asks for another, without. */
    @PostMapping("/api/v1/requests/{id}/complaints")
    ResponseEntity<Filed> complain(
            @PathVariable UUID id,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestBody Complaint complaint) {
        var file = files.find(id)
                .filter(it -> Caller.current().controllers().contains(it.controller()))
                .orElseThrow(() -> new ProblemException(Problem.NOT_FOUND, "no such request"));
        var key = IdempotencyKeys.checked(idempotencyKey);
        PersonController.requireProof(file);
        if (file.isErased(KeyClass.CASE)) {
            throw new ProblemException(Problem.GONE, "the case is erased; file a complaint as a request of its own");
        }
        var findings = new Findings();
        var text = findings.text("/text", complaint.text(), LONGEST, true);
        if (complaint.text() == null) {
            findings.refuse("/text", "needed: what you complain about, in your own words");
        }
        if (!findings.isEmpty() || text == null) {
            throw findings.problem();
        }
        var complaintId = idempotency.cause(id, "complaint", key);
        var sealed = sealer.seal(file.controller(), id, "complaint", file.caseKey(), new Sealed.Note(text));
        send(file, new Complain(id, complaintId, sealed), complaintId);
        return ResponseEntity.accepted().body(new Filed(id, complaintId, Map.of("self", "/api/v1/requests/" + id)));
    }

    private void send(RequestFile file, Complain command, UUID cause) {
        try {
            requests.send(
                    command,
                    new Requests.Order(file.controller(), Caller.current().actor(), cause));
        } catch (NotNowException second) {
            if (!journal.knowsCause(command.requestId(), cause)) {
                throw new ProblemException(Problem.NOT_NOW, "a complaint is open; its answer comes first")
                        .with("state", file.visibleState().name());
            }
        } catch (DecisionRefusedException none) {
            throw new ProblemException(Problem.NOT_ON_OFFER_HERE, "the policy of this request has no complaint");
        } catch (ContradictionException gone) {
            throw new ProblemException(Problem.NOT_FOUND, "no such request");
        }
    }
}
