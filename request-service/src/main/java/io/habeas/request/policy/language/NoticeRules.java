// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import io.habeas.request.calendars.Term;
import org.jspecify.annotations.Nullable;

/**
 * When people are told of something that nobody asked for.
 *
 * @param within how long after its discovery at most
 * @param before how long before it happens at least
 */
public record NoticeRules(
        @Nullable Term within,
        @Nullable Term before,
        @Nullable Name fallback,
        @Nullable Boolean consent,
        @Nullable String source) {}
