// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import io.habeas.contracts.Right;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Another request of the same person, as far as counting goes. It comes with a command and stands in no event: that would tie the requests
 * of a person together for ever.
 *
 * @param kind of the right, where it has kinds
 * @param answered whether it was answered; where not, it was proved and is still open
 */
public record EarlierRequest(
        String jurisdiction, Right right, @Nullable String kind, Instant receivedAt, boolean answered) {}
