// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.desk;

import io.habeas.journal.EventJournal;
import io.habeas.journal.StoredEvent;
import io.habeas.request.lifecycle.ReviewReason;
import io.habeas.request.lifecycle.State;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Ruled;
import io.habeas.request.policy.language.Decider;
import io.habeas.request.register.RequestFile;
import io.habeas.request.register.RequestFiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Follows the feed and keeps the queue. Any number of copies may; a page counts once. Each request of a page is read as a whole,
 * so that the queue says of it what its own page says.
 */
final class QueueProjection {

    private static final int PAGE = 500;

    /** Facts that change nothing of what the queue shows; the most frequent ones. */
    private static final Set<String> OF_NO_CONCERN = Set.of(
            "request.identity-asked",
            "request.letter-sent",
            "request.planned",
            "request.outcomes-recorded",
            "request.follow-up-recorded",
            "request.retention-started",
            "request.key-destroyed",
            "request.file-read");

    private final EventJournal journal;
    private final RequestFiles files;
    private final Policies policies;
    private final QueueTable table;

    QueueProjection(EventJournal journal, RequestFiles files, Policies policies, QueueTable table) {
        this.journal = journal;
        this.files = files;
        this.policies = policies;
        this.table = table;
    }

    /** Reads one page. @return whether there may be more */
    boolean advance() {
        var from = table.position();
        var page = journal.read(from, PAGE);
        if (page.isEmpty()) {
            return false;
        }
        var changed = new LinkedHashMap<UUID, List<StoredEvent>>();
        for (var stored : page) {
            changed.computeIfAbsent(stored.event().stream(), _ -> new ArrayList<>())
                    .add(stored);
        }
        changed.values().removeIf(events -> events.stream()
                .allMatch(it -> OF_NO_CONCERN.contains(it.event().type())));
        var rows = changed.entrySet().stream()
                .map(it -> file(it.getKey(), it.getValue()))
                .flatMap(Optional::stream)
                .map(this::row)
                .toList();
        table.apply(rows, from, page.getLast().position());
        return page.size() == PAGE;
    }

    /** One that begins in this page is known from the page, and costs no look at the journal. */
    private Optional<RequestFile> file(UUID stream, List<StoredEvent> inPage) {
        return inPage.getFirst().event().sequence() == 0 ? files.of(inPage) : files.find(stream);
    }

    private QueueRow row(RequestFile file) {
        var received = file.received();
        var state = file.visibleState();
        var review = file.review();
        boolean complained = state != State.UNDER_REVIEW && file.openComplaint().isPresent();
        boolean waits = state == State.UNDER_REVIEW || complained;
        var entry = received.entry();
        return new QueueRow(
                received.requestId(),
                received.controller(),
                received.reference(),
                received.right(),
                received.capacity(),
                received.jurisdiction(),
                received.profile(),
                state,
                waits ? role(file, complained) : null,
                complained ? ReviewReason.COMPLAINT : waits && review != null ? review.reason() : null,
                received.receivedAt(),
                entry == null ? received.receivedAt() : entry.enteredAt(),
                entry == null ? null : entry.channel().name(),
                file.dueAt());
    }

    /**
     * Where the profile lets a machine approve and something else stands in the way, a reviewer looks; so does one where the profile
     * is not there any more, since one request may not hold up the queue.
     */
    private @Nullable Decider role(RequestFile file, boolean complained) {
        var received = file.received();
        var named = policies.controller(received.controller())
                .flatMap(it -> it.profile(received.profile()))
                .flatMap(it -> it.promise(received.jurisdiction(), received.right()))
                .flatMap(it -> complained
                        ? it.complaint().map(steps -> steps.value().decidedBy())
                        : it.approvedBy().map(Ruled::value))
                .orElse(Decider.REVIEWER);
        return List.of(Decider.MACHINE, Decider.NOBODY).contains(named) ? Decider.REVIEWER : named;
    }
}
