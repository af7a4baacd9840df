// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

/** How well an outcome is known. A letter never says more than the grade. */
public enum Grade {
    /** The core looked again, itself, and it was so. */
    VERIFIED,
    /** The recipient signed for it. */
    ATTESTED,
    /** The recipient was told, and stayed silent. */
    UNCONFIRMED
}
