// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.directory;

/** Who is on file can not be said for now; it is asked again. */
public final class DirectoryUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param reason a slug; nothing that the other side said */
    DirectoryUnavailableException(String reason) {
        super(reason);
    }
}
