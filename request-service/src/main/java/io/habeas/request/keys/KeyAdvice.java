// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.keys;

import io.habeas.sealeddata.KeyDestroyedException;
import io.habeas.sealeddata.KeyRefusedException;
import io.habeas.sealeddata.KeyUnavailableException;
import io.habeas.service.Problem;
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

/** What a call meets when a key cannot be had, in every controller of this service: intake answers 503 and nothing goes on. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class KeyAdvice {

    private static final Logger LOG = LoggerFactory.getLogger(KeyAdvice.class);
    private static final String A_MOMENT = "2";

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(KeyUnavailableException unavailable) {
        LOG.atWarn().setCause(unavailable).log("keys cannot be had for now");
        return answer(Problem.UNAVAILABLE, "keys cannot be had for now; try again in a moment");
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(KeyDestroyedException destroyed) {
        return answer(Problem.GONE, "key " + destroyed.keyId() + " was destroyed");
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(KeyRefusedException refused) {
        return answer(Problem.NOT_FOUND, "no such key for that controller and request");
    }

    private static ResponseEntity<ProblemDetail> answer(Problem problem, String sentence) {
        var detail = ProblemDetail.forStatusAndDetail(problem.status(), sentence);
        detail.setType(problem.type());
        detail.setTitle(problem.title());
        detail.setProperty("retry", problem.retry());
        detail.setProperty("actor", problem.actor().name().toLowerCase(java.util.Locale.ROOT));
        var answer = ResponseEntity.status(problem.status()).contentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (problem.retry()) {
            answer.header(HttpHeaders.RETRY_AFTER, A_MOMENT);
        }
        return answer.body(detail);
    }
}
