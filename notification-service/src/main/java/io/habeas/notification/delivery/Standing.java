// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

/** How much is known about the address that a letter goes to. */
enum Standing {
    /** Whoever filed the request wrote it down; it may be a stranger's. */
    CLAIMED,
    /** The controller has it on file for the person. */
    ON_FILE,
    /** As on file, and the same request had a code before. */
    ASKED_AGAIN,
    /** Somebody proved to read what arrives there. */
    PROVED
}
