// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import io.habeas.journal.NewEvent;
import io.habeas.journal.StoredEvent;
import io.habeas.journal.axon.EventName;
import io.habeas.journal.axon.EventNames;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The names and the form under which the facts of a request are stored, and the way back. */
public final class StoredEvents {

    private static final EventNames NAMES = names();

    /** Relay, projections and the audit log read each row within a moment of one another; whoever is first reads its JSON for all. */
    private static final RecentlyRead RECENT = new RecentlyRead(512);

    private final JsonMapper json = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    public static EventNames wireNames() {
        return NAMES;
    }

    public static String nameOf(Class<? extends RequestEvent> event) {
        var stored = event.getAnnotation(Stored.class);
        if (stored == null) {
            throw new IllegalStateException(event.getName() + " needs @Stored");
        }
        return stored.value();
    }

    /** @throws IllegalArgumentException if type or revision are unknown, or the payload does not fit them */
    public RequestEvent read(StoredEvent stored) {
        var row = stored.event();
        return RECENT.of(row, this::parse);
    }

    private RequestEvent parse(NewEvent row) {
        var type = NAMES.classOf(new EventName(row.type(), row.revision()));
        if (type == null) {
            throw new IllegalArgumentException(
                    "no event of a request is called " + row.type() + " in revision " + row.revision());
        }
        return (RequestEvent) json.readValue(row.payload(), type);
    }

    private static EventNames names() {
        var names = new HashMap<Class<?>, EventName>();
        for (var event : RequestEvent.class.getPermittedSubclasses()) {
            var stored = event.getAnnotation(Stored.class);
            if (stored == null) {
                throw new IllegalStateException(event.getName() + " needs @Stored");
            }
            names.put(event, new EventName(stored.value(), stored.revision()));
        }
        return EventNames.of(Map.copyOf(names));
    }
}
