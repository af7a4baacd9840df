// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;

/** The feed as {@link EventJournal#read} gives it. */
class JournalFeedTest extends FeedConformance {

    @Override
    protected Reader startReader(DataSource dataSource, FeedPosition from) {
        return new Loop(new EventJournal(dataSource, new JournalWakeup()), from);
    }

    private static final class Loop implements Reader {

        private final List<UUID> seen = new CopyOnWriteArrayList<>();
        private final EventJournal journal;
        private final Thread thread;
        private volatile boolean going = true;

        Loop(EventJournal journal, FeedPosition from) {
            this.journal = journal;
            this.thread = Thread.ofVirtual().start(() -> run(from));
        }

        private void run(FeedPosition from) {
            var last = from;
            while (going) {
                long heard = journal.wakeup().heard();
                var page = journal.read(last, 7);
                for (var stored : page) {
                    seen.add(stored.event().eventId());
                    last = stored.position();
                }
                if (page.isEmpty()) {
                    try {
                        journal.wakeup().await(heard, JournalWakeup.POLL);
                    } catch (InterruptedException e) {
                        return;
                    }
                }
            }
        }

        @Override
        public List<UUID> seen() {
            return seen;
        }

        @Override
        public void close() throws InterruptedException {
            going = false;
            thread.join();
        }
    }
}
