// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an answer reaches the person.
 *
 * @param order the first that is possible is taken
 * @param choices among which the person may choose
 * @param noticeTo where a notice goes in any case
 */
public record DeliveryRules(
        List<Way> order,
        List<Way> choices,
        @Nullable Way noticeTo,
        @Nullable String source) {

    /** A way to the person. */
    public enum Way {
        ACCOUNT,
        REQUESTERS_CHOICE,
        ELECTRONIC,
        MAIL
    }
}
