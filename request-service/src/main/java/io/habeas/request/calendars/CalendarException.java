// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.calendars;

/** A calendar does not load; the message names file, place and cure. */
public final class CalendarException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CalendarException(String file, String problem) {
        super(file + ": " + problem);
    }
}
