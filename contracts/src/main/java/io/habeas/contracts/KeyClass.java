// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

/** What a data key is for, and so when it dies. */
public enum KeyClass {
    /** Claims and evidence; dies with the decision. */
    IDENTITY,
    /** Contact, proved identifiers, frozen keys; lives as long as the profile keeps the case. */
    CASE,
    /** One package; dies with it. */
    PACKAGE,
    /** What one participant may open. */
    TASK,
    /** One standing fact; dies with it. */
    STANDING
}
