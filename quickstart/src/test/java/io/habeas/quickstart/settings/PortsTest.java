// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PortsTest {

    @Test
    void one_offset_moves_all_of_them() {
        var ports = new Ports(100);

        assertThat(ports.of(Service.GATEWAY)).isEqualTo(8180);
        assertThat(ports.managementOf(Service.GATEWAY)).isEqualTo(9180);
        assertThat(ports.postgres()).isEqualTo(15_532);
        assertThat(ports.mails()).isEqualTo(8125);
    }

    @Test
    void a_port_that_is_taken_is_named_with_its_use() throws Exception {
        var ports = new Ports(7_000);
        try (var _ = new ServerSocket(ports.kafka(), 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(ports::requireFree)
                    .hasMessageContaining("port " + ports.kafka() + " (Kafka)")
                    .hasMessageContaining("--port-offset");
        }
    }

    @Test
    void no_two_processes_share_a_port_however_many_copies_there_are() {
        var ports = new Ports(0);
        var used = new ArrayList<>(List.of(
                ports.control(),
                ports.issuer(),
                ports.mails(),
                ports.smtp(),
                ports.postgres(),
                ports.shop(),
                ports.documents(),
                ports.kafka(),
                ports.kafkaController()));
        for (var copy : Copy.all(Copy.MOST)) {
            used.add(ports.of(copy));
            used.add(ports.managementOf(copy));
        }
        for (var service : Service.values()) {
            if (service.isInner()) {
                used.add(ports.spreaderOf(service));
            }
        }

        assertThat(used).doesNotHaveDuplicates();
        assertThat(ports.of(new Copy(Service.REQUEST, 1))).isEqualTo(ports.of(Service.REQUEST));
        assertThat(Copy.named("request-2")).contains(new Copy(Service.REQUEST, 2));
        assertThat(Copy.named("kafka")).isEmpty();
    }

    @Test
    void an_offset_that_leaves_the_range_of_ports_is_refused() {
        assertThatThrownBy(() -> new Ports(60_000)).hasMessageContaining("--port-offset");
        assertThatThrownBy(() -> new Ports(-1)).hasMessageContaining("--port-offset");
    }
}
