// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

/** What an identifier is; data maps use the same names in {@code identifies}. */
public enum IdentifierKind {
    EMAIL,
    PHONE,
    CUSTOMER_ID,
    ACCOUNT_NAME,
    DEVICE_ID,
    COOKIE_ID
}
