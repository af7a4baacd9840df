// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.register;

import io.habeas.journal.EventJournal;
import io.habeas.journal.StoredEvent;
import io.habeas.request.lifecycle.StoredEvents;
import io.habeas.request.standing.StandingEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Every request by its id, as its committed events tell it. */
public final class RequestFiles {

    private static final int PAGE = 500;

    private final EventJournal journal;
    private final StoredEvents events = new StoredEvents();

    RequestFiles(EventJournal journal) {
        this.journal = journal;
    }

    public Optional<RequestFile> find(UUID requestId) {
        var all = new ArrayList<StoredEvent>();
        var page = journal.readStream(requestId, 0, PAGE);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = page.size() < PAGE ? List.of() : journal.readStream(requestId, all.size(), PAGE);
        }
        return all.isEmpty() ? Optional.empty() : of(all);
    }

    /**
     * What these events tell.
     *
     * @param first the events of one stream from its first on
     * @return nothing if it is no request
     */
    public Optional<RequestFile> of(List<StoredEvent> first) {
        return StandingEvents.isOne(first.getFirst()) ? Optional.empty() : Optional.of(RequestFile.of(first, events));
    }
}
