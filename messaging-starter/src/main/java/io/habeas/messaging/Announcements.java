// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.contracts.Announcement;

/** How a feature tells the other services that something happened. */
public interface Announcements {

    /**
     * Stores the announcement in the journal, in the current Spring transaction; it is on Kafka soon after the commit, and never
     * if the transaction rolls back.
     *
     * <p>The exceptions of the journal pass through: after {@code StreamConflictException} or {@code FeedOrderException} the whole
     * transaction is to be repeated, after {@code AlreadyCausedException} it has been done before.
     *
     * @throws IllegalStateException if there is no transaction
     */
    void announce(Announcement announcement, Cause cause);
}
