// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.postgres;

import io.habeas.connector.testkit.FindingConformance;
import io.habeas.connector.testkit.StoreUnderTest;

class TextKeysFindingTest extends FindingConformance {

    @Override
    protected StoreUnderTest store() {
        return PostgresStore.TEXTUAL;
    }
}
