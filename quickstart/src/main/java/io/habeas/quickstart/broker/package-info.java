// SPDX-License-Identifier: Apache-2.0
/** One Kafka broker in a process of its own. */
@NullMarked
package io.habeas.quickstart.broker;

import org.jspecify.annotations.NullMarked;
