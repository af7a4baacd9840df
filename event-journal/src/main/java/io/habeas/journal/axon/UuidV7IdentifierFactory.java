// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal.axon;

import io.habeas.journal.EventIds;
import org.axonframework.common.IdentifierFactory;

/** Makes every identifier that Axon draws a UUIDv7. Found by {@link java.util.ServiceLoader}. */
public final class UuidV7IdentifierFactory extends IdentifierFactory {

    @Override
    public String generateIdentifier() {
        return EventIds.next().toString();
    }
}
