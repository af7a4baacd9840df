// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

@Form(value = "[a-z]{2}(-[A-Z]{2})?", says = "a language, such as en or zh-CN")
public record Language(String text) {

    @Override
    public String toString() {
        return text;
    }
}
