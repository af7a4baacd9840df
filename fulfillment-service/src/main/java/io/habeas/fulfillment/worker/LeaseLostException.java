// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.worker;

import java.util.UUID;

/** Another copy has taken the work over, or it was ended; whatever was about to be written must not be. */
public final class LeaseLostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LeaseLostException(UUID id) {
        super("the lease on " + id + " is lost");
    }
}
