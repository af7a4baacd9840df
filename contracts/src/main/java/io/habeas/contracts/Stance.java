// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

/** What a person says to a use of their data. */
public enum Stance {
    YES,
    NO
}
