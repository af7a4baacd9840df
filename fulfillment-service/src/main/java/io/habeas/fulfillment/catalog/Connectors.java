// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.catalog;

import io.habeas.connector.Connector;
import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import io.habeas.connector.ConnectorFactory;
import io.habeas.connector.Erasing;
import io.habeas.fulfillment.datamap.DataMap;
import io.habeas.fulfillment.datamap.DataMap.Erase;
import io.habeas.fulfillment.datamap.DataMap.Setting;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.locks.ReentrantLock;

/** Every connector that is installed; two instances a store, version of the map and state of its secrets, one of which only reads back. */
public final class Connectors implements AutoCloseable {

    private final Map<String, ConnectorFactory> factories = new LinkedHashMap<>();
    private final Map<Name, Connector> shared = new HashMap<>();
    private final Map<Name, Connector> secondLooks = new HashMap<>();
    /** @param settings as they are by now, secrets among them */
    private record Name(String controller, String store, String version, Map<String, String> settings) {
        @Override
        public String toString() {
            return "Name[" + controller + "/" + store + "@" + version + "]";
        }
    }

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
        return kept(shared, map, store);
    }

    /**
     * The connector that reads back; never closed by the caller. Nothing is erased through it, so its connections are none that could tell what they
     * just did in place of what is there. They are kept, since to log in costs a store more than to look.
     */
    public Connector secondLook(DataMap map, String store) throws ConnectorException {
        return kept(secondLooks, map, store);
    }

    private Connector kept(Map<Name, Connector> instances, DataMap map, String store) throws ConnectorException {
        // a secret that was changed is taken up with the next call
        var settings = settings(map, store);
        var name = new Name(map.controller(), store, map.version(), settings);
        making.lock();
        try {
            var made = instances.get(name);
            if (made == null) {
                made = make(map, store, settings);
                instances.put(name, made);
            }
            return made;
        } finally {
            making.unlock();
        }
    }

    private Map<String, String> settings(DataMap map, String id) throws ConnectorException {
        var settings = new HashMap<String, String>();
        for (var setting : map.store(id).connection().entrySet()) {
            settings.put(setting.getKey(), resolved(map.controller(), id, setting.getKey(), setting.getValue()));
        }
        return Map.copyOf(settings);
    }

    private Connector make(DataMap map, String id, Map<String, String> settings) throws ConnectorException {
        var store = map.store(id);
        var factory = factories.get(store.kind());
        if (factory == null) {
            throw new ConnectorException(
                    Category.FIX_CONFIGURATION, "no connector of kind '" + store.kind() + "' is installed");
        }
        try {
            return factory.create(settings);
        } catch (IllegalArgumentException unfit) {
            throw new ConnectorException(
                    Category.FIX_CONFIGURATION,
                    "the connection of store '" + id + "' does not fit its connector: " + unfit.getMessage());
        }
    }

    private String resolved(String controller, String store, String name, Setting setting) throws ConnectorException {
        return switch (setting) {
            case Setting.Plain plain -> plain.value();
            case Setting.Secret secret ->
                secrets.resolve(controller, secret.name())
                        .orElseThrow(() -> new ConnectorException(
                                Category.FIX_CONFIGURATION,
                                "the secret '" + secret.name() + "' for '" + name + "' of store '" + store
                                        + "' is missing; " + Secrets.cure(controller, secret.name())));
        };
    }

    /** What the map's way to erase asks of a connector. */
    public static Erasing.Treatment treatment(Erase erase) {
        return switch (erase) {
            case Erase.Delete _ -> new Erasing.Treatment.Delete();
            case Erase.Anonymize anonymize -> new Erasing.Treatment.Replace(anonymize.replacements());
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
            for (var instances : List.of(shared, secondLooks)) {
                instances.values().forEach(Connector::close);
                instances.clear();
            }
        } finally {
            making.unlock();
        }
    }
}
