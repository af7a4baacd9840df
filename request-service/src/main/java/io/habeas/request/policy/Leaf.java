// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import org.jspecify.annotations.Nullable;

/**
 * One rule of a profile, where it stands, and what it says.
 *
 * @param rule {@code ciie@2021-07#CN.rights.ERASURE.clocks.respond}
 * @param value as the profile writes it
 * @param line from 1
 * @param whole whether it sums up the leaves below it
 * @param cites the comment beside it: the section of the policy, or the source of a default
 */
public record Leaf(
        String rule,
        String value,
        int line,
        int column,
        boolean whole,
        @Nullable String cites) {}
