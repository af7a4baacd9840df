// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.clocks;

import io.habeas.journal.EventJournal;
import io.habeas.request.lifecycle.KeyBindings;
import io.habeas.request.lifecycle.RequestEvent.RequestReceived;
import io.habeas.request.lifecycle.StoredEvents;
import io.habeas.request.standing.StandingEvents;

/** Follows the feed and keeps the due table. Any number of copies may; a page counts once. */
final class DueProjection {

    private static final int PAGE = 1_000;

    private final EventJournal journal;
    private final DueTable table;
    private final KeyBindings bindings;
    private final StoredEvents events = new StoredEvents();

    DueProjection(EventJournal journal, DueTable table, KeyBindings bindings) {
        this.journal = journal;
        this.table = table;
        this.bindings = bindings;
    }

    /** Reads one page. @return whether there may be more */
    boolean advance() {
        var from = table.position();
        var page = journal.read(from, PAGE);
        if (page.isEmpty()) {
            return false;
        }
        var changes = new DueChanges();
        for (var stored : page) {
            if (StandingEvents.isOne(stored)) {
                // what stands has no clock
                continue;
            }
            var row = stored.event();
            var event = events.read(stored);
            changes.add(event, row.controller(), row.time());
            if (event instanceof RequestReceived received) {
                bindings.onRead(received);
            }
        }
        table.apply(changes, from, page.getLast().position());
        return page.size() == PAGE;
    }
}
