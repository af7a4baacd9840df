// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

@Form(value = "[A-Z]{2}", says = "a region of two letters, such as US or CN")
public record Region(String text) {

    @Override
    public String toString() {
        return text;
    }
}
