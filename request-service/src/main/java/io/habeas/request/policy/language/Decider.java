// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

/** Who has to decide. */
public enum Decider {
    MACHINE,
    CLERK,
    REVIEWER,
    CHILDRENS_DATA_OFFICER,
    /** It can not be decided that way at all. */
    NOBODY
}
