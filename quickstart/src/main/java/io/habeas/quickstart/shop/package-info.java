// SPDX-License-Identifier: Apache-2.0
/** A shop that nobody runs, with customers that nobody is: the stores that the quickstart is tried on. */
@NullMarked
package io.habeas.quickstart.shop;

import org.jspecify.annotations.NullMarked;
