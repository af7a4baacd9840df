// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

/** How sure we are of the requester; the order is from weak to strong. */
public enum ProofLevel {
    NONE,
    BASIC,
    STANDARD,
    HIGH
}
