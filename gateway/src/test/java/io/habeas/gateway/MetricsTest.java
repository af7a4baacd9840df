// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway;

import io.habeas.service.MetricsPage;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MetricsTest {

    @Test
    void prometheus_gets_what_the_page_for_operations_promises() {
        try (var house = new House()) {
            house.get("/api/v1/requests/0198c0de-0000-7000-8000-000000000001");

            MetricsPage.read().requireShownBy("gateway", house.managementPort());
        }
    }
}
