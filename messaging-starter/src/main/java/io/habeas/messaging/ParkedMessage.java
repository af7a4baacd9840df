// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message that did not take effect, for the eyes of an operator: which and why, not what it says.
 *
 * @param source the topic it came on
 * @param requestId absent where the record names none
 * @param sequence its place within its request; absent where the record names none
 * @param type the type it claims, if it looks like one
 * @param reason a slug: {@code receiver-failed}, {@code hole}, {@code follows-parked}, {@code sequence-conflict},
 *     {@code unknown-type}, {@code bad-payload}, or what a receiver refused it for
 * @param parkedAt real time
 * @param tries redrives so far
 */
public record ParkedMessage(
        UUID id,
        long number,
        String source,
        @Nullable UUID requestId,
        @Nullable Long sequence,
        @Nullable String type,
        String reason,
        Instant parkedAt,
        int tries) {}
