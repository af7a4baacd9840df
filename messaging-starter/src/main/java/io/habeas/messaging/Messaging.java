// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.util.List;
import org.springframework.context.SmartLifecycle;

/** Everything of this room that runs, started when the service is ready for it and ended before its parts are taken away. */
final class Messaging implements SmartLifecycle {

    private final Relay relay;
    private final List<ConsumerLoop> consumers;
    private final DeadLetters deadLetters;
    private volatile boolean running;

    Messaging(Relay relay, List<ConsumerLoop> consumers, DeadLetters deadLetters) {
        this.relay = relay;
        this.consumers = consumers;
        this.deadLetters = deadLetters;
    }

    @Override
    public void start() {
        running = true;
        relay.start();
        consumers.forEach(ConsumerLoop::start);
        deadLetters.start();
    }

    @Override
    public void stop() {
        consumers.forEach(ConsumerLoop::stop);
        consumers.forEach(ConsumerLoop::join);
        deadLetters.stop();
        relay.stop();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
