// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import io.habeas.request.calendars.Term;
import org.jspecify.annotations.Nullable;

/**
 * So many in so long.
 *
 * @param rolling the window that ends with the receipt of the next; absent where each calendar year counts by itself
 */
@Form(
        value = "[1-9][0-9]{0,2} per (calendar year|[1-9][0-9]{0,3} (days?|months?|years?))",
        says = "how many in how long, such as '2 per 12 months' or '1 per calendar year'")
public record Rate(int times, @Nullable Term rolling) {

    public static Rate of(String text) {
        var parts = text.split(" per ", 2);
        return new Rate(Integer.parseInt(parts[0]), parts[1].equals("calendar year") ? null : Term.of(parts[1]));
    }

    @Override
    public String toString() {
        return times + " per " + (rolling == null ? "calendar year" : rolling);
    }
}
