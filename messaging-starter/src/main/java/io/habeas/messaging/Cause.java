// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Why something is announced, and by whom.
 *
 * @param messageId the message or task it answers; a second transaction that announces under the same id for the same request
 *     is refused by the journal, so a repeat has no second effect. Absent where nothing can repeat
 * @param actor opaque: a service, a role with an opaque id, or {@code requester}
 * @param rule the address of the leaf of the profile that said so
 */
public record Cause(
        @Nullable UUID messageId,
        String controller,
        String actor,
        @Nullable String rule) {}
