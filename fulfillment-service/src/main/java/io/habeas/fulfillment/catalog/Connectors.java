// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.catalog;

import io.habeas.connector.Connector;
import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import io.habeas.connector.ConnectorFactory;
import io.habeas.fulfillment.datamap.DataMap;
import io.habeas.fulfillment.datamap.DataMap.Setting;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.locks.ReentrantLock;

/** Every connector that is installed; one shared instance a store and version of the map, and fresh ones for a second look. */
public final class Connectors implements AutoCloseable {

    private final Map<String, ConnectorFactory> factories = new LinkedHashMap<>();
    private final Map<String, Connector> shared = new HashMap<>();
    private final ReentrantLock making = new ReentrantLock();
    private final Secrets secrets;

    public Connectors(Secrets secrets) {
        this.secrets = secrets;
        ServiceLoader.load(ConnectorFactory.class, Connectors.class.getClassLoader())
                .forEach(factory -> {
                    if (factories.put(factory.kind(), factory) != null) {
                        throw new IllegalStateException(
                                "two connectors of kind '" + factory.kind() + "' are installed");
                    }
                });
    }

    /** The settings of every kind there is. */
    public Map<String, List<ConnectorFactory.Setting>> kinds() {
        var kinds = new LinkedHashMap<String, List<ConnectorFactory.Setting>>();
        factories.forEach((kind, factory) -> kinds.put(kind, factory.settings()));
        return kinds;
    }

    /** The connector that is used for everything but reading back; never closed by the caller. */
    public Connector shared(DataMap map, String store) throws ConnectorException {
        var name = map.controller() + "/" + store + "@" + map.version();
        making.lock();
        try {
            var made = shared.get(name);
            if (made == null) {
                made = fresh(map, store);
                shared.put(name, made);
            }
            return made;
        } finally {
            making.unlock();
        }
    }

    /** A connector with connections of its own; the caller closes it. */
    public Connector fresh(DataMap map, String id) throws ConnectorException {
        var store = map.store(id);
        var factory = factories.get(store.kind());
        if (factory == null) {
            throw new ConnectorException(
                    Category.FIX_CONFIGURATION, "no connector of kind '" + store.kind() + "' is installed");
        }
        var settings = new HashMap<String, String>();
        for (var setting : store.connection().entrySet()) {
            settings.put(setting.getKey(), resolved(id, setting.getKey(), setting.getValue()));
        }
        try {
            return factory.create(settings);
        } catch (IllegalArgumentException unfit) {
            throw new ConnectorException(
                    Category.FIX_CONFIGURATION,
                    "the connection of store '" + id + "' does not fit its connector: " + unfit.getMessage());
        }
    }

    private String resolved(String store, String name, Setting setting) throws ConnectorException {
        return switch (setting) {
            case Setting.Plain plain -> plain.value();
            case Setting.Secret secret ->
                secrets.resolve(secret.name())
                        .orElseThrow(() -> new ConnectorException(
                                Category.FIX_CONFIGURATION,
                                "the secret '" + secret.name() + "' for '" + name + "' of store '" + store
                                        + "' is missing; put it into secrets/" + secret.name()));
        };
    }

    /** The ability of a connector, or an error that an operator can act on. */
    public static <A extends Connector> A able(Connector connector, Class<A> ability) throws ConnectorException {
        if (!ability.isInstance(connector)) {
            throw new ConnectorException(
                    Category.FIX_CONFIGURATION,
                    "the connector " + connector.getClass().getSimpleName() + " is not " + ability.getSimpleName());
        }
        return ability.cast(connector);
    }

    @Override
    public void close() {
        making.lock();
        try {
            shared.values().forEach(Connector::close);
            shared.clear();
        } finally {
            making.unlock();
        }
    }
}
