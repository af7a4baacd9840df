// SPDX-License-Identifier: Apache-2.0
/** The life of one request: intake, policy, clocks, decisions, keys, and the registry of controllers. */
@NullMarked
package io.habeas.request;

import org.jspecify.annotations.NullMarked;
