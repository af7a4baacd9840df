// SPDX-License-Identifier: Apache-2.0
/** What tests and the demo may do to the running suite, over HTTP on the loopback address. */
@NullMarked
package io.habeas.quickstart.control;

import org.jspecify.annotations.NullMarked;
