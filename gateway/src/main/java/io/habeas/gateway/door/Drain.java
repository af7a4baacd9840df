// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.door;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.coyote.AbstractProtocol;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Lets callers go before the container stops: for a while each answer ends its connection. A container that stops while connections are in use refuses what
 * comes on them without a problem document and without {@code Retry-After}.
 */
@Component
class Drain implements SmartLifecycle {

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final WebServerApplicationContext context;
    private final long nanos;
    private volatile boolean running;
    private volatile boolean draining;

    Drain(WebServerApplicationContext context, DoorProperties properties) {
        this.context = context;
        this.nanos = properties.drain().toNanos();
    }

    /** Whether an answer has to end its connection. */
    boolean isOn() {
        return draining;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        if (context.getWebServer() instanceof TomcatWebServer container
                && container.getTomcat().getConnector().getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
            draining = true;
            long until = System.nanoTime() + nanos;
            while (protocol.getConnectionCount() > 0 && System.nanoTime() - until < 0) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the container begins its own orderly stop. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
