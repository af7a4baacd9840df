// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

/** How the person wants the answer. */
public enum Delivery {
    ELECTRONIC,
    MAIL
}
