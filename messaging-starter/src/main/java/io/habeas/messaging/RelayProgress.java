// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.FeedPosition;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How the relay of this process is doing, for metrics and health. */
final class RelayProgress {

    private volatile boolean leading;
    private volatile boolean atHead;
    private volatile long atHeadNanos = System.nanoTime();
    private volatile FeedPosition acknowledged = FeedPosition.START;
    private volatile @Nullable String heldBy;

    void leading(boolean now) {
        leading = now;
        atHeadNanos = System.nanoTime();
        heldBy = null;
    }

    /** Everything in the feed was acknowledged. */
    void caughtUp() {
        atHead = true;
        atHeadNanos = System.nanoTime();
        heldBy = null;
    }

    void behind() {
        if (atHead) {
            atHead = false;
            atHeadNanos = System.nanoTime();
        }
    }

    /** What had been committed until then was acknowledged; something later may be waiting. */
    void caughtUpWith(long nanos) {
        atHeadNanos = nanos;
    }

    void acknowledged(FeedPosition position) {
        acknowledged = position;
        heldBy = null;
    }

    void held(String by) {
        atHead = false;
        heldBy = by;
    }

    boolean isLeading() {
        return leading;
    }

    FeedPosition acknowledged() {
        return acknowledged;
    }

    /** The class of the last trouble, while nothing has gone through since. */
    @Nullable
    String heldBy() {
        return heldBy;
    }

    /** Since when something has been waiting; zero when nothing is, and in a standby. */
    Duration lag() {
        return !leading || atHead ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - atHeadNanos);
    }
}
