// SPDX-License-Identifier: Apache-2.0
/** A small HTTP server on the loopback address, for the pages of the launcher. */
@NullMarked
package io.habeas.quickstart.web;

import org.jspecify.annotations.NullMarked;
