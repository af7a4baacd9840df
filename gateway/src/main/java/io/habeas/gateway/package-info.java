// SPDX-License-Identifier: Apache-2.0
/** The public door: it says where a request goes and what may not come in at all; it knows no business word. */
@NullMarked
package io.habeas.gateway;

import org.jspecify.annotations.NullMarked;
