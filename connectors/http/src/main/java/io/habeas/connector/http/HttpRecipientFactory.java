// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.http;

import io.habeas.connector.Notifying;
import io.habeas.connector.OutboundNetworks;
import io.habeas.connector.RecipientFactory;
import java.net.URI;

/** Makes the connectors to recipients that take notices over HTTP. */
public final class HttpRecipientFactory implements RecipientFactory {

    @Override
    public String kind() {
        return "http";
    }

    @Override
    public Notifying create(String endpoint, String secret, OutboundNetworks networks) {
        networks.refusal(endpoint).ifPresent(why -> {
            throw new IllegalArgumentException("endpoint: " + why);
        });
        return new HttpRecipient(URI.create(endpoint), new Signing(secret), new Exchange(networks));
    }
}
