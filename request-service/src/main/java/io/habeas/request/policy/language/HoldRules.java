// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import io.habeas.request.calendars.Term;
import org.jspecify.annotations.Nullable;

/** How long an approved erasure waits, so that the person can still withdraw it; the known addresses are told. */
public record HoldRules(Term window, @Nullable String source) {}
