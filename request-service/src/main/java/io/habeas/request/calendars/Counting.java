// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.calendars;

/** Whether the day of the event is the first day of the term, or the day after it is. */
public enum Counting {
    FIRST_DAY_COUNTS,
    FIRST_DAY_IS_NEXT
}
