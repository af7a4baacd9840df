// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
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
    void an_offset_that_leaves_the_range_of_ports_is_refused() {
        assertThatThrownBy(() -> new Ports(60_000)).hasMessageContaining("--port-offset");
        assertThatThrownBy(() -> new Ports(-1)).hasMessageContaining("--port-offset");
    }
}
