// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal.axon;

import io.habeas.journal.FeedPosition;
import io.habeas.journal.StoredEvent;
import org.axonframework.eventhandling.TrackedEventData;
import org.axonframework.eventhandling.TrackingToken;
import tools.jackson.databind.ObjectMapper;

/** A row as Axon wants to see it when it reads the feed. */
final class StoredEventData extends EventData implements TrackedEventData<byte[]> {

    private final FeedPosition position;

    StoredEventData(StoredEvent stored, ObjectMapper json) {
        super(stored.event(), json);
        this.position = stored.position();
    }

    @Override
    public TrackingToken trackingToken() {
        return FeedToken.of(position);
    }
}
