// SPDX-License-Identifier: Apache-2.0
/** Breaks the running suite on purpose, and judges by what was seen outside whether the thirteen invariants held. */
@NullMarked
package io.habeas.benchmarks.faults;

import org.jspecify.annotations.NullMarked;
