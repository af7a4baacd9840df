// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.mongo;

import io.habeas.connector.testkit.DescribingConformance;
import io.habeas.connector.testkit.StoreUnderTest;

class ElementsDescribingTest extends DescribingConformance {

    @Override
    protected StoreUnderTest store() {
        return MongoStore.ELEMENTS;
    }
}
