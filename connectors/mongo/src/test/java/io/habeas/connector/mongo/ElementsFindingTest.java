// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.mongo;

import io.habeas.connector.testkit.FindingConformance;
import io.habeas.connector.testkit.StoreUnderTest;

class ElementsFindingTest extends FindingConformance {

    @Override
    protected StoreUnderTest store() {
        return MongoStore.ELEMENTS;
    }
}
