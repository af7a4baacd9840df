// SPDX-License-Identifier: Apache-2.0
/** The desk of staff: the queue of requests, one request with what may be decided on it, and the decisions. */
@NullMarked
package io.habeas.request.desk;

import org.jspecify.annotations.NullMarked;
