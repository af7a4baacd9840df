// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal.axon;

import org.jspecify.annotations.Nullable;

/** An event of the tests. */
record Happened(@Nullable String what) {}
