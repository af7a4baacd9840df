// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

/** How much of a right is asked for. */
public enum Scope {
    /** Whether anything is held at all. */
    CONFIRMATION,
    /** Categories, sources, purposes and recipients, without the data. */
    CATEGORIES,
    /** The data itself. */
    SPECIFIC_PIECES
}
