// SPDX-License-Identifier: Apache-2.0
/** The sample recipient: a mailing provider that was given addresses, and is told when they must go. */
@NullMarked
package io.habeas.quickstart.mailer;

import org.jspecify.annotations.NullMarked;
