// SPDX-License-Identifier: Apache-2.0
/** What falls due: projected from the facts, claimed by whichever copy comes first, accepted by the request once. */
@NullMarked
package io.habeas.request.clocks;

import org.jspecify.annotations.NullMarked;
