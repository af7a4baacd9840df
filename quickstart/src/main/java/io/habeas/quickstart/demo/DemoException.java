// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.demo;

/** Something did not go as the demonstration promises; the message says what, for the reader. */
final class DemoException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DemoException(String message) {
        super(message);
    }
}
