// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import java.util.UUID;

/** The request is not any more what a command was made from. The command is to be made anew. */
public final class ChangedMeanwhileException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ChangedMeanwhileException(UUID requestId) {
        super("request " + requestId + " became another while a command to it was made");
    }
}
