// SPDX-License-Identifier: Apache-2.0
/** The gateway's own answers: problem documents (RFC 9457) and the headers that every answer carries. */
@NullMarked
package io.habeas.gateway.problem;

import org.jspecify.annotations.NullMarked;
