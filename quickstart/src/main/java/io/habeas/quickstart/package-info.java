// SPDX-License-Identifier: Apache-2.0
/** Everything on one machine with no containers: the launcher, and the commands behind {@code ./habeas}. */
@NullMarked
package io.habeas.quickstart;

import org.jspecify.annotations.NullMarked;
