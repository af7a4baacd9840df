// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.clocks;

import io.habeas.journal.FeedWorker;
import java.time.Duration;
import java.util.List;
import org.springframework.context.SmartLifecycle;

/** Two threads: one keeps the due table, one does what is due. */
final class DueLoops implements SmartLifecycle {

    private static final Duration REST = Duration.ofMillis(250);

    private final DueWork work;
    private final List<FeedWorker> workers;
    private boolean reckoned;

    DueLoops(DueProjection projection, DueWork work) {
        this.work = work;
        this.workers = List.of(
                new FeedWorker("due-projection", REST, projection::advance),
                new FeedWorker("due-work", REST, this::work));
    }

    /** Legal time was moved: what is due by it is done at once. */
    void wake() {
        workers.forEach(FeedWorker::wake);
    }

    @Override
    public void start() {
        workers.forEach(FeedWorker::start);
    }

    @Override
    public void stop() {
        workers.forEach(FeedWorker::stop);
    }

    @Override
    public boolean isRunning() {
        return workers.stream().allMatch(FeedWorker::isRunning);
    }

    /** Ends that were provisional come first, with the calendars of this start. */
    private boolean work() throws InterruptedException {
        if (!reckoned) {
            work.reckonProvisional();
            reckoned = true;
        }
        return work.once();
    }
}
