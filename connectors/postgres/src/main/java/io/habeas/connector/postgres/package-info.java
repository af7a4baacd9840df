// SPDX-License-Identifier: Apache-2.0
/** Finds, reads and erases in PostgreSQL: bound parameters only, every identifier taken from the catalogue. */
@NullMarked
package io.habeas.connector.postgres;

import org.jspecify.annotations.NullMarked;
