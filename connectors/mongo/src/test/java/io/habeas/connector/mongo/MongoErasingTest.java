// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.mongo;

import io.habeas.connector.testkit.ErasingConformance;
import io.habeas.connector.testkit.StoreUnderTest;

class MongoErasingTest extends ErasingConformance {

    @Override
    protected StoreUnderTest store() {
        return MongoStore.DOCUMENTS;
    }
}
