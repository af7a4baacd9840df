// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

/** How much is known about the address that a letter goes to. */
enum Standing {
    /** Whoever filed the request wrote it down; it may be a stranger's. */
    CLAIMED,
    /** The same address, for what a machine answers to a request that needs no proof. */
    ANSWERED,
    /** The same address, for what somebody of the controller asks or decides; no stranger can have that written at will. */
    BY_STAFF,
    /** The controller has it on file for the person. */
    ON_FILE,
    /** As on file, and the same request had a code before. */
    ASKED_AGAIN,
    /** Somebody proved to read what arrives there. */
    PROVED
}
