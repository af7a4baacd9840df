// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

/** The name of a ground, a kind, a purpose, a step. */
@Form(value = "[A-Z][A-Z0-9_]{1,63}", says = "a name in capitals, such as LEGAL_OBLIGATION")
public record Name(String text) {

    @Override
    public String toString() {
        return text;
    }
}
