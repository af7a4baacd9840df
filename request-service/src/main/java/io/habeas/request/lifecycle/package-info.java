// SPDX-License-Identifier: Apache-2.0
/** The life of one request: what can be asked of it, what can happen to it, and what may follow what. */
@NullMarked
package io.habeas.request.lifecycle;

import org.jspecify.annotations.NullMarked;
