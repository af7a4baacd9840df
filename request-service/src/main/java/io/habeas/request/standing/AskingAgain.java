// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import io.habeas.request.calendars.Counting;
import io.habeas.request.calendars.Reckoning;
import io.habeas.request.calendars.Term;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When a person who said no may be asked again. */
public sealed interface AskingAgain {

    /** The leaf of the profile that says so. */
    String rule();

    /** When this long is over; the day of the no counts for nothing. */
    record After(Term term, String rule) implements AskingAgain {}

    record Never(String rule) implements AskingAgain {}

    /** The first moment at which it may be; absent for never. */
    static @Nullable Instant from(AskingAgain rule, Instant said, Reckoning reckoning) {
        return switch (rule) {
            case After after -> {
                // a wait that protects the person is never shortened by counting the day on which it begins
                var unshortened = new Reckoning(reckoning.zone(), Counting.FIRST_DAY_IS_NEXT, reckoning.calendars());
                yield unshortened.endAfter(after.term(), said).plusSeconds(1);
            }
            case Never _ -> null;
        };
    }
}
