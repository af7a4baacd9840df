// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import io.habeas.request.calendars.Term;
import org.jspecify.annotations.Nullable;

/** The longest extension that any clock here may have; where this is absent, none has any. */
public record ExtensionRules(Term atMost, @Nullable String source) {}
