// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.mongo;

import io.habeas.connector.testkit.ConnectorConformance;
import io.habeas.connector.testkit.StoreUnderTest;
import java.util.Map;

class MongoConnectorTest extends ConnectorConformance {

    @Override
    protected String kind() {
        return "mongo";
    }

    @Override
    protected Map<String, String> settings() {
        return MongoStore.settings();
    }

    @Override
    protected StoreUnderTest store() {
        return MongoStore.DOCUMENTS;
    }
}
