// SPDX-License-Identifier: Apache-2.0
/** What the other services tell a request, and what a request tells them: the only room that knows both. */
@NullMarked
package io.habeas.request.exchange;

import org.jspecify.annotations.NullMarked;
