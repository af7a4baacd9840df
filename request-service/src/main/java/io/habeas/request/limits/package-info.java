// SPDX-License-Identifier: Apache-2.0
/** Whose requests there were within what a policy counts, by keyed hashes, so that it holds when their keys are gone. */
@NullMarked
package io.habeas.request.limits;

import org.jspecify.annotations.NullMarked;
