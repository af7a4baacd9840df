// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.postgres;

import io.habeas.connector.testkit.DescribingConformance;
import io.habeas.connector.testkit.StoreUnderTest;

class QuotedNamesDescribingTest extends DescribingConformance {

    @Override
    protected StoreUnderTest store() {
        return PostgresStore.QUOTED;
    }
}
