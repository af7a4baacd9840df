// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.habeas.journal.StoredEvent;
import io.habeas.request.lifecycle.DerivedIds;
import io.habeas.request.lifecycle.Stored;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The names and the form under which what stands is stored in the journal, beside the facts of requests, and the way back. */
public final class StandingEvents {

    private static final String FAMILY = "standing.";
    private static final Map<String, Class<?>> TYPES = Arrays.stream(StandingEvent.class.getPermittedSubclasses())
            .collect(Collectors.toUnmodifiableMap(type -> stored(type).value(), Function.identity()));

    private final JsonMapper json = JsonMapper.builder()
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Whether a row of the journal is about what stands, and not about a request. */
    public static boolean isOne(StoredEvent stored) {
        return stored.event().type().startsWith(FAMILY);
    }

    /** The key of a fact, of class STANDING. It follows from the fact, so that a repeat after a crash makes no second one. */
    public static UUID keyOf(UUID factId) {
        return DerivedIds.of(factId, "standing-key");
    }

    /** @throws IllegalArgumentException if type or revision are unknown, or the payload does not fit them */
    public StandingEvent read(StoredEvent row) {
        var event = row.event();
        var type = TYPES.get(event.type());
        if (type == null || stored(type).revision() != event.revision()) {
            throw new IllegalArgumentException(
                    "nothing that stands is called " + event.type() + " in revision " + event.revision());
        }
        return (StandingEvent) json.readValue(event.payload(), type);
    }

    static String nameOf(StandingEvent event) {
        return stored(event.getClass()).value();
    }

    static int revisionOf(StandingEvent event) {
        return stored(event.getClass()).revision();
    }

    byte[] payload(StandingEvent event) {
        return json.writeValueAsBytes(event);
    }

    private static Stored stored(Class<?> type) {
        var stored = type.getAnnotation(Stored.class);
        if (stored == null) {
            throw new IllegalStateException(type.getName() + " needs @Stored");
        }
        return stored;
    }
}
