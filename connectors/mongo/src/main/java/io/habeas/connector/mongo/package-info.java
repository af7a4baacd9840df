// SPDX-License-Identifier: Apache-2.0
/** Finds, reads and erases over the MongoDB protocol: typed values only, one document at a time, no sessions. */
@NullMarked
package io.habeas.connector.mongo;

import org.jspecify.annotations.NullMarked;
