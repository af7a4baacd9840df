// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads streams, many callers in one statement: what waits while a read is under way goes into the next one together, and one
 * is under way at a time, so that groups form where many read. A caller who finds nobody before it reads at once, and no thread
 * stands between. Where the read under way takes long, those behind it go past it on a second connection.
 *
 * <p>Uses two connections of its own, opened when first needed and kept; give it a plain data source rather than a pool that
 * others draw from. Safe for many threads.
 */
public final class GroupedReads implements AutoCloseable {

    private static final int LANES = 2;
    private static final int GROUP = 64;
    /** Longer than most reads take, and short for somebody who waits behind one that does. */
    private static final Duration PATIENCE = Duration.ofMillis(10);

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<ReadLane> free = new ArrayDeque<>();
    private final Deque<Read> waiting = new ArrayDeque<>();
    private boolean closed;

    public GroupedReads(DataSource dataSource) {
        for (int i = 0; i < LANES; i++) {
            free.add(new ReadLane(dataSource));
        }
    }

    /**
     * Committed events of one stream by sequence, also those that the feed does not show yet.
     *
     * @throws JournalException if the database refuses or is away
     */
    public List<NewEvent> readStream(UUID stream, long from, int limit) {
        var read = new Read(stream, from, limit);
        var lane = laneOrQueue(read);
        if (lane != null) {
            lead(lane, List.of(read));
        } else if (read.awaitTurn(PATIENCE, this::goPast)) {
            lead(read.lane(), read.group());
        }
        return read.events();
    }

    private @Nullable ReadLane laneOrQueue(Read read) {
        lock.lock();
        try {
            if (closed) {
                throw new JournalException("the journal is not read any more: it is being closed");
            }
            if (free.size() == LANES) {
                return free.poll();
            }
            waiting.add(read);
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void lead(ReadLane lane, List<Read> group) {
        try {
            lane.read(group);
        } finally {
            handOn(lane);
        }
    }

    /** The first of those who wait takes another connection, if it has waited for too long. */
    private void goPast(Read read) {
        lock.lock();
        try {
            var lane = waiting.peek() == read ? free.poll() : null;
            if (lane != null) {
                giveTo(lane);
            }
        } finally {
            lock.unlock();
        }
    }

    private void handOn(ReadLane lane) {
        lock.lock();
        try {
            if (!waiting.isEmpty()) {
                giveTo(lane);
            } else if (closed) {
                lane.close();
            } else {
                free.push(lane);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The first of those who wait reads for all of them. */
    private void giveTo(ReadLane lane) {
        var first = waiting.getFirst();
        var group = new ArrayList<Read>(Math.min(waiting.size(), GROUP));
        while (group.size() < GROUP && !waiting.isEmpty()) {
            group.add(waiting.remove());
        }
        first.leads(lane, group);
    }

    /** Who waits is still served; whoever comes after is refused. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            free.forEach(ReadLane::close);
            free.clear();
        } finally {
            lock.unlock();
        }
    }
}
