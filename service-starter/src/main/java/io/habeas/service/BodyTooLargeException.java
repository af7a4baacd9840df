// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import java.io.IOException;

/** Thrown while a body is read, when it grows past the limit. */
final class BodyTooLargeException extends IOException {

    private static final long serialVersionUID = 1L;

    private final long limit;

    BodyTooLargeException(long limit) {
        super("body over " + limit + " bytes");
        this.limit = limit;
    }

    ProblemException asProblem() {
        return new ProblemException(Problem.BODY_TOO_LARGE, "at most " + limit + " bytes are taken here");
    }
}
