// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@DisplayNameGeneration(ReplaceUnderscores.class)
class BrokerTest {

    /** Some back-offs of a second at most; a client that begins anew past them writes hundreds of lines a second. */
    private static final int FEW = 100;

    @Test
    void a_broker_that_is_down_is_asked_with_pauses() {
        var lines = new ListAppender<ILoggingEvent>();
        var log = (Logger) LoggerFactory.getLogger("org.apache.kafka.clients.admin.internals");
        var level = log.getLevel();
        lines.start();
        log.addAppender(lines);
        log.setLevel(Level.INFO);
        try (var broker = new Broker(Kit.properties("127.0.0.1:1", 1), "request-service")) {
            assertThatThrownBy(() -> broker.ensure("any")).isInstanceOf(BrokerException.class);
        } finally {
            log.setLevel(level);
            log.detachAppender(lines);
        }

        assertThat(lines.list).hasSizeLessThan(FEW);
    }
}
