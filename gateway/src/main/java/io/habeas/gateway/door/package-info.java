// SPDX-License-Identifier: Apache-2.0
/** What every request meets first: limits, cleaning of headers, trace context and the access log. */
@NullMarked
package io.habeas.gateway.door;

import org.jspecify.annotations.NullMarked;
