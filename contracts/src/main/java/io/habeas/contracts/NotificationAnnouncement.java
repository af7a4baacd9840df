// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import java.util.UUID;

/** What the notification-service tells the request-service, on the topic {@value #TOPIC}. */
public sealed interface NotificationAnnouncement extends Announcement {

    String TOPIC = "habeas.notification.v1";

    /** The occasions for a letter. */
    enum Letter {
        RECEIVED,
        CODE,
        STATEMENT,
        CONFIRM_ERASURE,
        HOLD,
        ANSWERED,
        NOT_VERIFIED,
        WITHDRAWN,
        LAPSED,
        REFUSED,
        DETAILS_ASKED,
        EXTENDED,
        FEE,
        COMPLAINT_ANSWERED,
        NO_REQUEST
    }

    /** The relay for the channel took it over. */
    @Announced(type = "notification.sent")
    record Sent(UUID requestId, Letter letter, String channel) implements NotificationAnnouncement {}

    /** It will not be tried again; somebody must look. */
    @Announced(type = "notification.undeliverable")
    record Undeliverable(UUID requestId, Letter letter, String channel, String reason)
            implements NotificationAnnouncement {}

    /** Something happened that is nobody else's business; keeps the sequence dense. */
    @Announced(type = "notification.noted")
    record Noted(UUID requestId) implements NotificationAnnouncement {}
}
