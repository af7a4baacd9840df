// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

/** In whose shoes the requester stands. */
public enum Capacity {
    SUBJECT,
    AGENT,
    GUARDIAN,
    RELATIVE,
    ENTITLED_PERSON,
    STAFF_ON_BEHALF
}
