// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.postgres;

import io.habeas.connector.Connector;
import io.habeas.connector.ConnectorFactory;
import java.util.List;
import java.util.Map;

/** Makes connectors of the kind {@code postgres}. */
public final class PostgresConnectorFactory implements ConnectorFactory {

    @Override
    public String kind() {
        return "postgres";
    }

    @Override
    public List<Setting> settings() {
        return List.of(
                new Setting("url", true, false),
                new Setting("user", true, false),
                new Setting("password", true, true),
                new Setting("schema", false, false));
    }

    @Override
    public Connector create(Map<String, String> settings) {
        return new PostgresConnector(PostgresConfiguration.of(settings));
    }
}
