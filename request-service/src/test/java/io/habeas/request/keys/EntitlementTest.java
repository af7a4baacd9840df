// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.KeyClass;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class EntitlementTest {

    @Test
    void each_service_has_its_keys_and_no_others() {
        var granted = new TreeSet<String>();
        for (var service :
                List.of("verification", "fulfillment", "notification", "request", "gateway", "", "VERIFICATION")) {
            for (var entitlement : Entitlement.values()) {
                for (var keyClass : KeyClass.values()) {
                    if (entitlement.includes(service, keyClass)) {
                        granted.add(service + " " + entitlement + " " + keyClass);
                    }
                }
            }
        }
        assertThat(granted)
                .containsExactly(
                        "fulfillment ALLOT PACKAGE",
                        "fulfillment DESTROY PACKAGE",
                        "fulfillment OPEN CASE",
                        "fulfillment OPEN IDENTITY",
                        "fulfillment OPEN PACKAGE",
                        "notification OPEN CASE",
                        "notification OPEN IDENTITY",
                        "verification OPEN CASE",
                        "verification OPEN IDENTITY");
    }
}
