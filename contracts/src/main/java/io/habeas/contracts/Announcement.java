// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import java.util.UUID;

/** Something a service tells the others about one request. Its components are ids, enums, numbers, instants and sealed fields. */
public sealed interface Announcement
        permits RequestAnnouncement,
                VerificationAnnouncement,
                FulfillmentAnnouncement,
                NotificationAnnouncement,
                ControllerAnnouncement {

    /** Also the key of the Kafka record, so that everything about one request stays in order. */
    UUID requestId();
}
