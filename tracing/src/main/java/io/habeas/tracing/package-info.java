// SPDX-License-Identifier: Apache-2.0
/** One request followed through all services: the W3C trace context of a thread, and spans where an endpoint for them is set. */
@NullMarked
package io.habeas.tracing;

import org.jspecify.annotations.NullMarked;
