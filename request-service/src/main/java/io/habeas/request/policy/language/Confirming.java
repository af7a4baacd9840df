// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

/** Who must say once more that it is meant before anything happens. */
public enum Confirming {
    NOT_ASKED,
    WITH_ACCOUNT,
    REQUIRED
}
