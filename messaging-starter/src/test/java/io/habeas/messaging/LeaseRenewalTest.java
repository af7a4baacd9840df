// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LeaseRenewalTest {

    private final List<List<String>> renewals = new CopyOnWriteArrayList<>();
    private final LeaseRenewal<String> leases = new LeaseRenewal<>(Duration.ofMillis(30), this::renew);

    private void renew(List<String> claimed) {
        renewals.add(claimed);
        if (renewals.size() == 1) {
            throw new IllegalStateException("the database is away");
        }
    }

    @AfterEach
    void stop() {
        leases.stop();
    }

    @Test
    void what_is_under_way_is_renewed_again_and_again_also_after_trouble() {
        leases.start();
        try (var _ = leases.hold("long")) {
            await().atMost(Kit.PATIENCE).until(() -> renewals.size() >= 3);
        }

        assertThat(renewals).allSatisfy(it -> assertThat(it).containsExactly("long"));
    }

    @Test
    void what_is_over_is_not_renewed() {
        leases.hold("short").close();
        try (var _ = leases.hold("long")) {
            leases.start();
            await().atMost(Kit.PATIENCE).until(() -> renewals.size() >= 2);
        }

        assertThat(renewals).noneMatch(it -> it.contains("short"));
    }
}
