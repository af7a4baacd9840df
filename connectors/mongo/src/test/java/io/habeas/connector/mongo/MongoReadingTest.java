// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.mongo;

import io.habeas.connector.testkit.ReadingConformance;
import io.habeas.connector.testkit.StoreUnderTest;

class MongoReadingTest extends ReadingConformance {

    @Override
    protected StoreUnderTest store() {
        return MongoStore.DOCUMENTS;
    }
}
