// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import io.habeas.contracts.FulfillmentAnnouncement.FollowedUpCollection;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.TaskOutcome.Kept;
import io.habeas.request.lifecycle.RequestEvent.FollowUpRecorded;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What erasures have kept until a day, and what became of it when that day had come. */
public final class FollowUps {

    /**
     * Records of one store that are kept on one ground until one day.
     *
     * @param until that day; a later one where something keeps a part of them longer
     * @param records how many were kept at the erasure
     * @param doneAt when they were gone; absent before
     */
    public record FollowUp(
            String store,
            String ground,
            LocalDate until,
            long records,
            @Nullable Instant doneAt) {}

    private record Key(UUID taskId, LocalDate until) {}

    private final Map<Key, FollowUpRecorded> recorded = new LinkedHashMap<>();

    public void add(FollowUpRecorded event) {
        recorded.put(new Key(event.taskId(), event.until()), event);
    }

    /** What is known of it last; nothing before its day has come. */
    Optional<FollowUpRecorded> recorded(UUID taskId, LocalDate until) {
        return Optional.ofNullable(recorded.get(new Key(taskId, until)));
    }

    /** The day that counts now for what an erasure has kept; absent where it has no end. */
    @Nullable
    LocalDate dayOf(TaskOutcome outcome, Kept kept) {
        var until = kept.until();
        if (until == null) {
            return null;
        }
        return recorded(outcome.taskId(), until).map(FollowUpRecorded::next).orElse(until);
    }

    /** Whether something that was kept until a day is still to be erased. */
    public boolean isOpen(Collection<TaskOutcome> outcomes) {
        return of(outcomes).stream().anyMatch(it -> it.doneAt() == null);
    }

    /** All of them, in the order of the outcomes. */
    public List<FollowUp> of(Collection<TaskOutcome> outcomes) {
        var all = new ArrayList<FollowUp>();
        for (var outcome : outcomes) {
            if (outcome.kind() == TaskOutcome.Kind.ERASE) {
                records(outcome).forEach((kept, records) -> all.add(followUp(outcome, kept, records)));
            }
        }
        return List.copyOf(all);
    }

    /** @param records ignored; what is alike in all else is one */
    private static Kept alike(Kept kept) {
        return new Kept(kept.ground(), 0, kept.until());
    }

    private static Map<Kept, Long> records(TaskOutcome outcome) {
        var records = new LinkedHashMap<Kept, Long>();
        outcome.collections().stream()
                .flatMap(it -> it.kept().stream())
                .filter(it -> it.until() != null)
                .forEach(it -> records.merge(alike(it), it.records(), Long::sum));
        return records;
    }

    private FollowUp followUp(TaskOutcome outcome, Kept kept, long records) {
        var until = Objects.requireNonNull(kept.until());
        var event = recorded(outcome.taskId(), until).orElse(null);
        if (event == null) {
            return new FollowUp(outcome.store(), kept.ground(), until, records, null);
        }
        var next = event.next();
        boolean some = event.collections().stream()
                .filter(it -> it.ground().equals(kept.ground()))
                .mapToLong(FollowedUpCollection::kept)
                .anyMatch(it -> it > 0);
        return next != null && some
                ? new FollowUp(outcome.store(), kept.ground(), next, records, null)
                : new FollowUp(outcome.store(), kept.ground(), until, records, event.doneAt());
    }
}
