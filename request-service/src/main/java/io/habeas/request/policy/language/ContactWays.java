// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** How a person of the controller is reached. */
public record ContactWays(
        @Nullable String email,
        @Nullable String phone,
        @Nullable String post,
        @Nullable String web) {

    public ContactWays {
        if (email == null && phone == null && post == null && web == null) {
            throw new IllegalArgumentException(
                    "at least one of email, phone, post, web is needed: a person must be reachable");
        }
    }

    /** By kind. */
    public SequencedMap<String, String> ways() {
        var ways = new LinkedHashMap<String, String>();
        put(ways, "email", email);
        put(ways, "phone", phone);
        put(ways, "post", post);
        put(ways, "web", web);
        return Collections.unmodifiableSequencedMap(ways);
    }

    private static void put(SequencedMap<String, String> ways, String kind, @Nullable String way) {
        if (way != null) {
            ways.put(kind, way);
        }
    }
}
