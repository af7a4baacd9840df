// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The parked messages of this service, for operators of the controllers they are about. */
@RestController
@RequestMapping("/api/v1/desk/dead-letters")
class DeadLetterController {

    private static final int LARGEST_PAGE = 200;

    /** @param next what to ask for with {@code after=}; absent on the last page */
    record ParkedPage(List<ParkedMessage> items, @Nullable Long next) {}

    private final ParkedMessages parked;
    private final VisibleControllers visible;

    DeadLetterController(ParkedMessages parked, VisibleControllers visible) {
        this.parked = parked;
        this.visible = visible;
    }

    @GetMapping
    ParkedPage list(@RequestParam(defaultValue = "0") long after, @RequestParam(defaultValue = "50") int limit) {
        int size = Math.clamp(limit, 1, LARGEST_PAGE);
        var items = parked.list(after, size, visible.ofCaller());
        return new ParkedPage(
                items, items.size() < size ? null : items.getLast().number());
    }

    /** Tries it again with everything parked of its request; the answer says how much of that took effect. */
    @PostMapping("/{id}/redrive")
    ParkedMessages.Redriven redrive(@PathVariable UUID id) {
        return parked.redrive(id, visible.ofCaller()).orElseThrow(NotParkedException::new);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(NotParkedException nothing) {
        var problem = ProblemDetail.forStatusAndDetail(
                HttpStatus.NOT_FOUND, "no such message is parked here; it may have been redriven already");
        problem.setType(URI.create("urn:habeas:problem:not-found"));
        return ResponseEntity.status(HttpStatus.NOT_FOUND)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }

    /** It is not there, or not this caller's. */
    private static final class NotParkedException extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }
}
