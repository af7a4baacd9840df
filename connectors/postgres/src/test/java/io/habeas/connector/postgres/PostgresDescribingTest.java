// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.postgres;

import io.habeas.connector.testkit.DescribingConformance;
import io.habeas.connector.testkit.StoreUnderTest;

class PostgresDescribingTest extends DescribingConformance {

    @Override
    protected StoreUnderTest store() {
        return PostgresStore.NUMBERED;
    }
}
