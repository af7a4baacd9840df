// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.postgres;

import io.habeas.connector.testkit.ConnectorConformance;
import io.habeas.connector.testkit.StoreUnderTest;
import java.util.Map;

class PostgresConnectorTest extends ConnectorConformance {

    @Override
    protected String kind() {
        return "postgres";
    }

    @Override
    protected Map<String, String> settings() {
        return PostgresStore.settings();
    }

    @Override
    protected StoreUnderTest store() {
        return PostgresStore.NUMBERED;
    }
}
