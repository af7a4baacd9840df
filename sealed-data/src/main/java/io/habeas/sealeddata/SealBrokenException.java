// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import java.util.UUID;

/**
 * Sealed data does not open: it was sealed for another controller, request, field or key, or was changed since. Carries
 * neither data nor a cause, since both could hold what was sealed.
 */
public final class SealBrokenException extends RuntimeException {

    SealBrokenException(UUID requestId, String field, UUID keyId, String trouble) {
        super("sealed field " + field + " of request " + requestId + " under key " + keyId + " " + trouble);
    }
}
