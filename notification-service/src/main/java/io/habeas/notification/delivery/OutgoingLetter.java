// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.RequestAnnouncement;
import io.habeas.contracts.SealedField;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A letter that one worker holds the lease of.
 *
 * @param eventId the message that asked for it; absent when an operator had it tried again, since the first end of it was
 *     announced as caused by that message
 * @param addressField name of the sealed field, which its seal is bound to
 * @param outcomeUnknown whether it was handed to the relay before and nobody knows what became of that
 * @param lease grows with each claim; whoever holds a smaller one writes nothing
 */
record OutgoingLetter(
        UUID id,
        @Nullable UUID eventId,
        UUID requestId,
        String controller,
        Letter kind,
        Standing standing,
        RequestAnnouncement content,
        String addressField,
        SealedField address,
        boolean outcomeUnknown,
        int attempts,
        boolean givenUp,
        long lease) {

    @Override
    public String toString() {
        return "OutgoingLetter[" + kind + ", request=" + requestId + "]";
    }
}
