// SPDX-License-Identifier: Apache-2.0
package io.habeas.request;

import io.habeas.journal.JournalException;
import io.habeas.service.Problem;
import java.util.Locale;
import org.axonframework.modelling.command.ConcurrencyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** What a call meets while the journal is away: it may be repeated with the same Idempotency-Key, whatever became of it. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class JournalAdvice {

    private static final Logger LOG = LoggerFactory.getLogger(JournalAdvice.class);
    private static final String A_MOMENT = "2";

    @ExceptionHandler({JournalException.class, ConcurrencyException.class})
    ResponseEntity<ProblemDetail> onUnavailable(RuntimeException away) {
        LOG.atWarn()
                .addKeyValue("trouble", away.getClass().getSimpleName())
                .log("the journal does not take or give events for now");
        var problem = Problem.UNAVAILABLE;
        var detail = ProblemDetail.forStatusAndDetail(
                problem.status(), "repeat the call with the same Idempotency-Key in a moment");
        detail.setType(problem.type());
        detail.setTitle(problem.title());
        detail.setProperty("retry", problem.retry());
        detail.setProperty("actor", problem.actor().name().toLowerCase(Locale.ROOT));
        return ResponseEntity.status(problem.status())
                .header(HttpHeaders.RETRY_AFTER, A_MOMENT)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(detail);
    }
}
