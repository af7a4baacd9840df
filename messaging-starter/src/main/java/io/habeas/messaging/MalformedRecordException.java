// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

/** A record is not what a relay would have written. The reason is a slug; nothing of the record is quoted. */
final class MalformedRecordException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;

    MalformedRecordException(String reason) {
        super(reason);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
