// SPDX-License-Identifier: Apache-2.0
/** How a request gets in, and what its person says later on: checks, sealing, receipt. */
@NullMarked
package io.habeas.request.intake;

import org.jspecify.annotations.NullMarked;
