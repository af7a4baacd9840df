// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import io.habeas.service.Caller;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The letters that reached nobody, for operators. No address stands in it. */
@RestController
@RequestMapping("/api/v1/desk/letters")
class LetterDeskController {

    private static final int LARGEST_PAGE = 200;

    /** The states that letters are listed by. */
    enum Listed {
        UNDELIVERABLE
    }

    /** @param next what to ask for with {@code after=}; absent on the last page */
    record LetterPage(
            List<LetterOutbox.Undelivered> items, @Nullable UUID next) {}

    private final LetterOutbox outbox;
    private final DeliveryLoop loop;

    LetterDeskController(LetterOutbox outbox, DeliveryLoop loop) {
        this.outbox = outbox;
        this.loop = loop;
    }

    @GetMapping
    LetterPage list(
            @RequestParam Listed state,
            @RequestParam(required = false) @Nullable UUID after,
            @RequestParam(defaultValue = "50") int limit) {
        int size = Math.clamp(limit, 1, LARGEST_PAGE);
        var items = outbox.inState(state.name(), Caller.current().controllers(), after, size);
        return new LetterPage(
                items, items.size() < size ? null : items.getLast().id());
    }

    /** Has it tried again as if it were new, and announced afresh what becomes of it. */
    @PostMapping("/{id}/retry")
    @ResponseStatus(HttpStatus.ACCEPTED)
    void retry(@PathVariable UUID id) {
        if (!outbox.retry(id, Caller.current().controllers())) {
            throw new ProblemException(
                    Problem.NOT_FOUND,
                    "no such letter can be tried again; nothing is kept of codes and of questions that were asked anew or whose request"
                            + " ended");
        }
        loop.wake();
    }
}
