// SPDX-License-Identifier: Apache-2.0
/** Why an erasure may begin: the approval stands in the audit log, and that was verified here. */
@NullMarked
package io.habeas.fulfillment.evidence;

import org.jspecify.annotations.NullMarked;
