// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.desk;

import io.habeas.request.intake.IdempotencyKeys;
import io.habeas.request.lifecycle.RequestCommand.AnswerComplaint;
import io.habeas.service.ProblemException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** A complaint is answered: one about a request, or one that is itself the request. */
@RestController
class ComplaintAnswerController {

    /**
     * @param upheld whether the person was right
     * @param reopen whether the request is looked at again; only where it is upheld
     * @param answer for the person, in words
     */
    record Answer(
            @Nullable Boolean upheld,
            @Nullable Boolean reopen,
            @Nullable String answer) {
        @Override
        public String toString() {
            return "Answer[" + upheld + "]";
        }
    }

    private final Desk desk;

    ComplaintAnswerController(Desk desk) {
        this.desk = desk;
    }

    @PostMapping("/api/v1/desk/requests/{id}/complaint-answers")
    ResponseEntity<DecisionController.Decided> answer(
            @PathVariable UUID id,
            @RequestHeader(name = IdempotencyKeys.HEADER, required = false) @Nullable String idempotencyKey,
            @RequestBody Answer answer) {
        var file = desk.openCase(id);
        var key = IdempotencyKeys.checked(idempotencyKey);
        var upheld = answer.upheld();
        if (upheld == null) {
            throw ProblemException.invalid("/upheld", "true where the person was right, else false");
        }
        boolean reopen = Boolean.TRUE.equals(answer.reopen());
        if (reopen && !upheld) {
            throw ProblemException.invalid("/reopen", "only where the complaint is upheld");
        }
        var text = desk.sealed(file, "answer", Desk.checked("/answer", answer.answer()));
        var command = new AnswerComplaint(id, Desk.roles(), upheld, reopen, text);
        return DecisionController.taken(id, desk.take(file, "complaint-answer", key, answer, command));
    }
}
