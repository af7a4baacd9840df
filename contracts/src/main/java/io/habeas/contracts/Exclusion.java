// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import org.jspecify.annotations.Nullable;

/**
 * Data that a policy does not cover, as data maps mark it: it is neither handed out nor erased, and its count is told.
 *
 * @param what as profile and data map call it, such as {@code EMPLOYMENT}
 * @param ask where the person is sent instead, in the words of the policy
 * @param rule the leaf of the profile that says so
 */
public record Exclusion(String what, @Nullable String ask, String rule) {}
