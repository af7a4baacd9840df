// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.postgres;

import io.habeas.connector.testkit.ReadingConformance;
import io.habeas.connector.testkit.StoreUnderTest;

class PostgresReadingTest extends ReadingConformance {

    @Override
    protected StoreUnderTest store() {
        return PostgresStore.NUMBERED;
    }
}
