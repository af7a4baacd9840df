// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.mongo;

import io.habeas.connector.Connector;
import io.habeas.connector.ConnectorFactory;
import java.util.List;
import java.util.Map;

/** Makes connectors of the kind {@code mongo}. */
public final class MongoConnectorFactory implements ConnectorFactory {

    @Override
    public String kind() {
        return "mongo";
    }

    @Override
    public List<Setting> settings() {
        return List.of(new Setting("uri", true, true), new Setting("database", true, false));
    }

    @Override
    public Connector create(Map<String, String> settings) {
        return new MongoConnector(MongoConfiguration.of(settings));
    }
}
