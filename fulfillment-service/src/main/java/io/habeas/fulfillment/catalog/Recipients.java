// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.catalog;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import io.habeas.connector.Notifying;
import io.habeas.connector.OutboundNetworks;
import io.habeas.connector.RecipientFactory;
import io.habeas.fulfillment.datamap.DataMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The connectors to recipients: one a recipient and version of the map. */
public final class Recipients implements AutoCloseable {

    private final Map<String, RecipientFactory> factories = new LinkedHashMap<>();
    private final Map<String, Notifying> made = new ConcurrentHashMap<>();
    private final Secrets secrets;
    private final OutboundNetworks networks;

    public Recipients(Secrets secrets, OutboundNetworks networks) {
        this.secrets = secrets;
        this.networks = networks;
        ServiceLoader.load(RecipientFactory.class, Recipients.class.getClassLoader())
                .forEach(factory -> factories.put(factory.kind(), factory));
    }

    /** The kinds of recipients that can be told. */
    public Set<String> kinds() {
        return Set.copyOf(factories.keySet());
    }

    /** Where connections to recipients may lead. */
    public OutboundNetworks networks() {
        return networks;
    }

    /** Never closed by the caller. */
    public Notifying of(DataMap map, String id) throws ConnectorException {
        var name = map.controller() + "/" + id + "@" + map.version();
        var before = made.get(name);
        if (before != null) {
            return before;
        }
        var fresh = create(map.controller(), map.recipient(id));
        var raced = made.putIfAbsent(name, fresh);
        return raced == null ? fresh : raced;
    }

    private Notifying create(String controller, DataMap.Recipient recipient) throws ConnectorException {
        var factory = factories.get(recipient.kind());
        var endpoint = recipient.endpoint();
        var signing = recipient.signing();
        if (factory == null || endpoint == null || signing == null) {
            throw new ConnectorException(
                    Category.FIX_CONFIGURATION, "recipient '" + recipient.id() + "' has no way to be told");
        }
        var secret = secrets.resolve(controller, signing)
                .orElseThrow(() -> new ConnectorException(
                        Category.FIX_CONFIGURATION,
                        "the secret '" + signing + "' of recipient '" + recipient.id() + "' is missing; "
                                + Secrets.cure(controller, signing)));
        try {
            return factory.create(endpoint, secret, networks);
        } catch (IllegalArgumentException unfit) {
            throw new ConnectorException(
                    Category.FIX_CONFIGURATION, "recipient '" + recipient.id() + "': " + unfit.getMessage());
        }
    }

    @Override
    public void close() {
        made.values().forEach(Notifying::close);
        made.clear();
    }
}
