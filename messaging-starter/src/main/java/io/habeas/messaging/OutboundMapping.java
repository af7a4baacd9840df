// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.contracts.Announcement;
import io.habeas.journal.StoredEvent;

/**
 * A bean of a service whose stored events are not themselves announcements. Without one, the event is announced as it is.
 *
 * <p>Must give the same answer whenever it is asked, and one for every event: an event of nobody's business becomes a
 * {@code Noted}. An exception holds the relay at that event until it is mended, since leaving one out would tear a hole.
 */
@FunctionalInterface
public interface OutboundMapping {

    Announcement announcementOf(StoredEvent stored);
}
