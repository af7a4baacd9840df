// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import io.habeas.request.calendars.Term;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A ground on which single items are kept although their erasure was asked for.
 *
 * @param covers the grounds of data maps that fall under it
 * @param decidedBy MACHINE where the law demands it, a reviewer where it merely permits it; MACHINE where absent
 * @param least how long at least it is kept
 * @param from from which day of the item that counts
 */
public record KeepRules(
        List<Name> covers,
        @Nullable Decider decidedBy,
        @Nullable Term least,
        @Nullable Name from,
        @Nullable String source) {}
