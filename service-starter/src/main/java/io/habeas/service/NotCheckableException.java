// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import org.springframework.security.oauth2.jwt.BadJwtException;

/** Nothing is known against the token, but it can not be checked for now: the caller is to come again, not to get another. */
final class NotCheckableException extends BadJwtException {

    private static final long serialVersionUID = 1L;

    NotCheckableException(String message, Throwable cause) {
        super(message, cause);
    }
}
