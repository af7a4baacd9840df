// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ends a call with a problem of the registry. Neither detail nor pointers hold values that the caller sent. */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param pointer JSON pointer to the place, such as {@code /subject/identifiers/0/kind}
     * @param detail what is wrong there, and what would be right
     */
    public record Invalid(String pointer, String detail) {}

    private final Problem problem;
    private final transient List<Invalid> errors;
    private final transient Map<String, Object> members = new LinkedHashMap<>();
    private @Nullable Duration retryAfter;

    public ProblemException(Problem problem, String detail) {
        this(problem, detail, List.of());
    }

    /** @param detail a sentence for the caller: the place and the cure, without values */
    public ProblemException(Problem problem, String detail, List<Invalid> errors) {
        super(detail, null, false, problem.status().is5xxServerError());
        this.problem = problem;
        this.errors = List.copyOf(errors);
    }

    /** One wrong field. */
    public static ProblemException invalid(String pointer, String detail) {
        return new ProblemException(
                Problem.INVALID_FIELDS, pointer + ": " + detail, List.of(new Invalid(pointer, detail)));
    }

    /** Adds a member of its own to the problem document, such as what is on offer. */
    public ProblemException with(String member, Object value) {
        members.put(member, value);
        return this;
    }

    /** Adds {@code Retry-After}, in whole seconds. */
    public ProblemException retryAfter(Duration pause) {
        this.retryAfter = pause;
        return this;
    }

    public Problem problem() {
        return problem;
    }

    public List<Invalid> errors() {
        return errors;
    }

    public Map<String, Object> members() {
        return members;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }
}
