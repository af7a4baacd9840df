// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import io.habeas.contracts.Announcement;
import io.habeas.messaging.Announcements;
import io.habeas.messaging.Cause;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Keeps what was announced in transactions that committed. */
final class RecordedAnnouncements implements Announcements {

    private final List<Announcement> committed = new CopyOnWriteArrayList<>();

    @Override
    public void announce(Announcement announcement, Cause cause) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                committed.add(announcement);
            }
        });
    }

    /** In the order of their commits. */
    List<Announcement> all() {
        return List.copyOf(committed);
    }

    <A extends Announcement> List<A> of(UUID requestId, Class<A> type) {
        return committed.stream()
                .filter(it -> it.requestId().equals(requestId))
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}
