// SPDX-License-Identifier: Apache-2.0
/** What the one-shot containers of {@code docker-compose.yml} do: hand out secrets, provide databases and the sample shop, issue tokens. */
@NullMarked
package io.habeas.quickstart.containers;

import org.jspecify.annotations.NullMarked;
