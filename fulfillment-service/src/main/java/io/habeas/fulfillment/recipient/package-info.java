// SPDX-License-Identifier: Apache-2.0
/** Tells those to whom data was given, reminds them, and takes their answers. */
@NullMarked
package io.habeas.fulfillment.recipient;

import org.jspecify.annotations.NullMarked;
