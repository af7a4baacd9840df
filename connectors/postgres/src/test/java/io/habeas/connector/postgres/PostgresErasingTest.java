// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.postgres;

import io.habeas.connector.testkit.ErasingConformance;
import io.habeas.connector.testkit.StoreUnderTest;

class PostgresErasingTest extends ErasingConformance {

    @Override
    protected StoreUnderTest store() {
        return PostgresStore.NUMBERED;
    }
}
