// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.audit;

import io.habeas.request.audit.LogStore.Signed;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** How the audit log of this process is doing, for health and metrics. */
final class AuditProgress {

    private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
    private volatile boolean leading;
    private volatile @Nullable Signed signed;
    private volatile @Nullable String heldBy;
    private volatile @Nullable String broken;

    void leading(boolean now) {
        leading = now;
    }

    boolean isLeading() {
        return leading;
    }

    void signed(Signed checkpoint) {
        signed = checkpoint;
    }

    /** The last one that this process signed. */
    @Nullable
    Signed signed() {
        return signed;
    }

    void refused(String reason) {
        refused.computeIfAbsent(reason, _ -> new LongAdder()).increment();
    }

    long refused() {
        return refused.values().stream().mapToLong(LongAdder::sum).sum();
    }

    void held(String by) {
        heldBy = by;
    }

    void well() {
        heldBy = null;
    }

    @Nullable
    String heldBy() {
        return heldBy;
    }

    /** The log does not fit its own checkpoint: nothing is appended until a person has acted. */
    void broken(String reason) {
        broken = reason;
    }

    @Nullable
    String broken() {
        return broken;
    }
}
