// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.time.Instant;

/**
 * A stretch of the journal on one database. A new one begins when the database was restored or promoted and an operator has said so.
 *
 * @param number from 1 on, without gaps
 * @param systemIdentifier of the cluster on which it was begun
 * @param timeline of that cluster
 * @param beganAt in database time
 * @param by who decided, opaque
 */
public record Generation(
        long number, String systemIdentifier, int timeline, Instant beganAt, String by, String reason) {

    /** The first generation of a journal is begun by its migration, and by nobody. */
    public static final long FIRST = 1;
}
