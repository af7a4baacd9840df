// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import java.nio.file.Path;

/** A profile or a controller's file does not load; the message names file, line, column, field and cure. Nothing of the file is in force. */
public final class PolicyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PolicyException(Path file, int line, int column, String field, String problem) {
        super(file + ":" + line + ":" + column + ": " + (field.isEmpty() ? "" : field + ": ") + problem);
    }

    PolicyException(Path file, String problem) {
        super(file + ": " + problem);
    }
}
