// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import io.habeas.journal.NewEvent;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What the last rows say, by the ids of their events. A row counts as known if it has the very bytes that were read: what somebody has changed in the
 * table is read as it lies there. Threads share it.
 */
final class RecentlyRead {

    @SuppressWarnings("ArrayRecordComponent") // compared by hand
    private record Known(String type, int revision, byte[] payload, RequestEvent event) {

        boolean isOf(NewEvent row) {
            return revision == row.revision() && type.equals(row.type()) && Arrays.equals(payload, row.payload());
        }
    }

    private final int half;
    private volatile Map<UUID, Known> younger = new ConcurrentHashMap<>();
    private volatile Map<UUID, Known> older = Map.of();

    /** @param half how many are kept at least; twice as many at most */
    RecentlyRead(int half) {
        this.half = half;
    }

    /** @param read called for a row that is not known; what it throws is thrown on, and nothing is kept */
    RequestEvent of(NewEvent row, Function<NewEvent, RequestEvent> read) {
        var known = younger.get(row.eventId());
        if (known == null) {
            known = older.get(row.eventId());
        }
        if (known != null && known.isOf(row)) {
            return known.event();
        }
        var event = read.apply(row);
        keep(row.eventId(), new Known(row.type(), row.revision(), row.payload(), event));
        return event;
    }

    private void keep(UUID id, Known fresh) {
        younger.put(id, fresh);
        if (younger.size() >= half) {
            turn();
        }
    }

    private synchronized void turn() {
        if (younger.size() >= half) {
            older = younger;
            younger = new ConcurrentHashMap<>();
        }
    }
}
