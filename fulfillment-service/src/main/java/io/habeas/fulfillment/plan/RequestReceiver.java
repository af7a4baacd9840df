// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.plan;

import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.RequestAnnouncement.Approved;
import io.habeas.contracts.RequestAnnouncement.Lapsed;
import io.habeas.contracts.RequestAnnouncement.NoRequest;
import io.habeas.contracts.RequestAnnouncement.NotVerified;
import io.habeas.contracts.RequestAnnouncement.Refused;
import io.habeas.contracts.RequestAnnouncement.Withdrawn;
import io.habeas.messaging.Inbound;
import io.habeas.messaging.Receiver;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** What the request-service decided: an approval becomes an order, the end of a request ends what has not begun. */
public final class RequestReceiver implements Receiver<RequestAnnouncement> {

    private final Orders orders;
    private final Runnable approved;

    /** @param approved called after the commit, so that the plan is not kept waiting */
    public RequestReceiver(Orders orders, Runnable approved) {
        this.orders = orders;
        this.approved = approved;
    }

    @Override
    public void on(Inbound<RequestAnnouncement> message) {
        switch (message.announcement()) {
            case Approved approval -> {
                orders.accept(message, approval);
                afterCommit();
            }
            case Withdrawn _, Lapsed _, NotVerified _, Refused _, NoRequest _ -> orders.end(message.requestId());
            case RequestAnnouncement.Received _,
                    RequestAnnouncement.IdentityAsked _,
                    RequestAnnouncement.StatementAsked _,
                    RequestAnnouncement.ConfirmationAsked _,
                    RequestAnnouncement.HoldStarted _,
                    RequestAnnouncement.DetailsAsked _,
                    RequestAnnouncement.Extended _,
                    RequestAnnouncement.FeeQuoted _,
                    RequestAnnouncement.ComplaintAnswered _,
                    RequestAnnouncement.Answered _,
                    RequestAnnouncement.Closed _,
                    RequestAnnouncement.StandingSet _,
                    RequestAnnouncement.StandingEnded _,
                    RequestAnnouncement.Noted _ -> {}
        }
    }

    private void afterCommit() {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            approved.run();
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                approved.run();
            }
        });
    }
}
