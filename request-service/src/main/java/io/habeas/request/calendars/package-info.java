// SPDX-License-Identifier: Apache-2.0
/** How law counts time: calendar days, months, years, and the working days of named calendars. */
@NullMarked
package io.habeas.request.calendars;

import org.jspecify.annotations.NullMarked;
