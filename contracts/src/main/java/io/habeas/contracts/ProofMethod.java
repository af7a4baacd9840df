// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

/** How identity is proved. */
public enum ProofMethod {
    /** A code goes to the contact that the controller's directory has on file. */
    CONTACT_ON_FILE,
    /** The claimed address itself is proved, and only it. */
    POSSESSION,
    /** The controller's own account system says who has logged in. */
    LOGIN
}
