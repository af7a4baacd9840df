// SPDX-License-Identifier: Apache-2.0
/** Which service answers which path, and how a request is passed on to it. */
@NullMarked
package io.habeas.gateway.routing;

import org.jspecify.annotations.NullMarked;
