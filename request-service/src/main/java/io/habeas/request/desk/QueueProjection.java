// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.desk;

import io.habeas.journal.EventJournal;
import io.habeas.request.lifecycle.State;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.Promise;
import io.habeas.request.policy.Ruled;
import io.habeas.request.policy.language.Decider;
import io.habeas.request.register.RequestFile;
import io.habeas.request.register.RequestFiles;
import java.util.LinkedHashSet;
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
        var changed = new LinkedHashSet<UUID>();
        for (var stored : page) {
            if (!OF_NO_CONCERN.contains(stored.event().type())) {
                changed.add(stored.event().stream());
            }
        }
        var rows = changed.stream()
                .map(files::find)
                .flatMap(Optional::stream)
                .map(this::row)
                .toList();
        table.apply(rows, from, page.getLast().position());
        return page.size() == PAGE;
    }

    private QueueRow row(RequestFile file) {
        var received = file.received();
        var state = file.visibleState();
        var review = file.review();
        boolean waits = state == State.UNDER_REVIEW;
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
                waits ? role(file) : null,
                waits && review != null ? review.reason() : null,
                received.receivedAt(),
                entry == null ? received.receivedAt() : entry.enteredAt(),
                entry == null ? null : entry.channel().name(),
                file.dueAt());
    }

    /**
     * Where the profile lets a machine approve and something else stands in the way, a reviewer looks; so does one where the profile
     * is not there any more, since one request may not hold up the queue.
     */
    private @Nullable Decider role(RequestFile file) {
        var received = file.received();
        var named = policies.controller(received.controller())
                .flatMap(it -> it.profile(received.profile()))
                .flatMap(it -> it.promise(received.jurisdiction(), received.right()))
                .flatMap(Promise::approvedBy)
                .map(Ruled::value)
                .orElse(Decider.REVIEWER);
        return List.of(Decider.MACHINE, Decider.NOBODY).contains(named) ? Decider.REVIEWER : named;
    }
}
