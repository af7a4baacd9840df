// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.desk;

import io.habeas.journal.FeedWorker;
import java.time.Duration;
import org.springframework.context.SmartLifecycle;

/** Keeps the queue up with the feed while the service runs. */
final class QueueLoop implements SmartLifecycle {

    private static final Duration REST = Duration.ofMillis(250);

    private final FeedWorker worker;

    QueueLoop(QueueProjection projection) {
        this.worker = new FeedWorker("desk-queue", REST, projection::advance);
    }

    @Override
    public void start() {
        worker.start();
    }

    @Override
    public void stop() {
        worker.stop();
    }

    @Override
    public boolean isRunning() {
        return worker.isRunning();
    }
}
