// SPDX-License-Identifier: Apache-2.0
/** How one request is looked up: read from its own events, so that whoever wrote sees what was written. */
@NullMarked
package io.habeas.request.register;

import org.jspecify.annotations.NullMarked;
