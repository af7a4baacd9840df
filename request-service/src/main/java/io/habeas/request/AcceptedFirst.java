// SPDX-License-Identifier: Apache-2.0
package io.habeas.request;

import org.apache.coyote.AbstractProtocol;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Where processors are short, what was accepted comes before what is asked for: threads that serve calls stand behind those that commit, relay and
 * follow the feed. A JVM heeds the priorities of its threads only with {@code -XX:ThreadPriorityPolicy=1}; to lower one needs no right.
 */
@Component
class AcceptedFirst implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addConnectorCustomizers(connector -> {
            if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
                protocol.setThreadPriority(Thread.MIN_PRIORITY);
            }
        });
    }
}
