// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import java.time.Instant;
import java.util.List;

/**
 * Which recipients of the data are to be told of a request.
 *
 * @param uses that stand at no now; empty where the right says it all
 * @param channels ways of contact that alone are meant; empty for all
 * @param until when they are to have been told
 */
public record Telling(Told told, List<String> uses, List<String> channels, Instant until) {

    /** Which they are, as the profile calls them; the data map says who that is. */
    public enum Told {
        NOTIFY,
        NOTIFY_SERVICE_PROVIDERS,
        NOTIFY_UNLESS_OWN_CONSENT,
        NOTIFY_SALES,
        NOTIFY_BOUND_TO_PURPOSE,
        NOTIFY_DIRECT_MARKETING,
        NOTIFY_ADVERTISING
    }
}
