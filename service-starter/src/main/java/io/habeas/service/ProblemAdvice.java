// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** The one place where an exception becomes an answer. */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
class ProblemAdvice {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);
    private static final Duration A_MOMENT = Duration.ofSeconds(2);

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(ProblemException refused) {
        return answer(refused);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(HttpMessageNotReadableException unreadable) {
        var tooLarge = causeOf(unreadable, BodyTooLargeException.class);
        if (tooLarge != null) {
            return answer(tooLarge.asProblem());
        }
        var constraint = causeOf(unreadable, StreamConstraintsException.class);
        if (constraint != null) {
            return answer(new ProblemException(
                    Problem.MALFORMED_JSON,
                    "the JSON is nested too deeply, or holds a name, number or text that is too long"));
        }
        var unknown = causeOf(unreadable, UnrecognizedPropertyException.class);
        if (unknown != null) {
            return answer(unknownField(unknown));
        }
        var binding = causeOf(unreadable, DatabindException.class);
        if (binding != null && !binding.getPath().isEmpty()) {
            var pointer = pointerOf(binding);
            return answer(new ProblemException(
                    Problem.MALFORMED_JSON,
                    pointer + " does not have the form that is expected there",
                    List.of(new ProblemException.Invalid(pointer, "does not have the form that is expected there"))));
        }
        var json = causeOf(unreadable, JacksonException.class);
        var place = json == null || json.getLocation() == null
                ? ""
                : " at line " + json.getLocation().getLineNr() + ", column "
                        + json.getLocation().getColumnNr();
        return answer(new ProblemException(
                Problem.MALFORMED_JSON, "the body is missing, is not JSON, or names a field twice" + place));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(MethodArgumentNotValidException invalid) {
        var errors = invalid.getFieldErrors().stream()
                .map(error -> new ProblemException.Invalid(
                        "/"
                                + error.getField()
                                        .replace('.', '/')
                                        .replace("[", "/")
                                        .replace("]", ""),
                        String.valueOf(error.getDefaultMessage())))
                .toList();
        var detail = errors.stream().map(ProblemException.Invalid::pointer).collect(Collectors.joining(", "));
        return answer(new ProblemException(Problem.INVALID_FIELDS, "look at " + detail, errors));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(MethodArgumentTypeMismatchException mismatch) {
        return answer(new ProblemException(Problem.NOT_FOUND, "'" + mismatch.getName() + "' has another form here"));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(NoResourceFoundException nothing) {
        return answer(new ProblemException(Problem.NOT_FOUND, "no such path"));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(HttpRequestMethodNotSupportedException wrong) {
        return answer(new ProblemException(
                Problem.METHOD_NOT_ALLOWED, "this path takes " + String.valueOf(wrong.getSupportedHttpMethods())));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(HttpMediaTypeNotSupportedException wrong) {
        return answer(new ProblemException(Problem.MEDIA_TYPE_NOT_ACCEPTED, "send the body as application/json"));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(HttpMediaTypeNotAcceptableException wrong) {
        return answer(new ProblemException(
                Problem.MEDIA_TYPE_NOT_ON_OFFER, "this path answers with " + wrong.getSupportedMediaTypes()));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> on(MissingServletRequestParameterException missing) {
        return answer(new ProblemException(
                Problem.PARAMETER_NOT_ACCEPTED, "'" + missing.getParameterName() + "' is missing in the query"));
    }

    @ExceptionHandler({
        TransientDataAccessException.class,
        DataAccessResourceFailureException.class,
        CannotCreateTransactionException.class
    })
    ResponseEntity<ProblemDetail> onUnavailable(Exception away) {
        LOG.atWarn().addKeyValue("failure", away.getClass().getSimpleName()).log("a database does not answer");
        return answer(new ProblemException(Problem.UNAVAILABLE, "try again in a moment").retryAfter(A_MOMENT));
    }

    /** Security has its own answers. */
    @ExceptionHandler
    void on(AccessDeniedException denied) {
        throw denied;
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> onAnything(Exception unexpected) {
        var tooLarge = causeOf(unexpected, BodyTooLargeException.class);
        if (tooLarge != null) {
            return answer(tooLarge.asProblem());
        }
        if (unexpected instanceof ErrorResponse known && known.getStatusCode().is4xxClientError()) {
            return answer(new ProblemException(
                    Problem.PARAMETER_NOT_ACCEPTED, "look at the parameters and headers that this path takes"));
        }
        LOG.atError().setCause(unexpected).log("a call failed");
        return answer(new ProblemException(Problem.INTERNAL, "it was noted; the correlation id leads to it"));
    }

    private static ProblemException unknownField(UnrecognizedPropertyException unknown) {
        var pointer = pointerOf(unknown);
        var allowed = unknown.getKnownPropertyIds() == null
                ? ""
                : unknown.getKnownPropertyIds().stream()
                        .map(String::valueOf)
                        .sorted()
                        .collect(Collectors.joining(", "));
        var detail = "no such field; known here: " + allowed;
        return new ProblemException(
                Problem.MALFORMED_JSON,
                pointer + ": " + detail,
                List.of(new ProblemException.Invalid(pointer, detail)));
    }

    private static String pointerOf(JacksonException broken) {
        return broken.getPath().stream()
                .map(step -> step.getPropertyName() == null
                        ? Integer.toString(step.getIndex())
                        : step.getPropertyName().replace("~", "~0").replace("/", "~1"))
                .collect(Collectors.joining("/", "/", ""));
    }

    private static <T> @Nullable T causeOf(Throwable from, Class<T> wanted) {
        for (Throwable cause = from; cause != null; cause = cause.getCause()) {
            if (wanted.isInstance(cause)) {
                return wanted.cast(cause);
            }
        }
        return null;
    }

    static ResponseEntity<ProblemDetail> answer(ProblemException refused) {
        RefusalConvention.note(refused.problem());
        var headers = new HttpHeaders();
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        var pause = refused.retryAfter();
        if (pause != null) {
            headers.set(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, pause.toSeconds())));
        } else if (refused.problem().retry()) {
            headers.set(HttpHeaders.RETRY_AFTER, Long.toString(A_MOMENT.toSeconds()));
        }
        return new ResponseEntity<>(
                detailOf(refused), headers, refused.problem().status());
    }

    static ProblemDetail detailOf(ProblemException refused) {
        var problem = refused.problem();
        var detail = ProblemDetail.forStatusAndDetail(problem.status(), String.valueOf(refused.getMessage()));
        detail.setType(problem.type());
        detail.setTitle(problem.title());
        detail.setProperty("retry", problem.retry());
        detail.setProperty("actor", problem.actor().name().toLowerCase(java.util.Locale.ROOT));
        if (!refused.errors().isEmpty()) {
            detail.setProperty("errors", refused.errors());
        }
        refused.members().forEach(detail::setProperty);
        return detail;
    }
}
