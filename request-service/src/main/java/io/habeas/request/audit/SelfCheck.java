// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.audit;

import io.habeas.auditlog.Checkpoint;
import io.habeas.auditlog.GrowingTree;
import io.habeas.auditlog.Hashing;
import io.habeas.auditlog.NoteException;
import io.habeas.auditlog.NoteVerifier;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the log with its own last checkpoint before anything is appended: tiles and last entries at once, all entries in
 * the background. A log that does not fit is not continued, since that would mean to sign what somebody has changed.
 */
final class SelfCheck {

    private static final Logger LOG = LoggerFactory.getLogger(SelfCheck.class);
    private static final int PAGE = 1_000;
    private static final int HASH = 32;
    private static final int TILE = 256;

    private final LogStore store;
    private final NoteVerifier verifier;
    private final String origin;
    private final AuditProgress progress;
    private boolean wholeBegun;

    SelfCheck(LogStore store, NoteVerifier verifier, String origin, AuditProgress progress) {
        this.store = store;
        this.verifier = verifier;
        this.origin = origin;
        this.progress = progress;
    }

    boolean isBroken() {
        return progress.broken() != null;
    }

    /** The tree as the last checkpoint has it; nothing if the log does not fit it. */
    Optional<GrowingTree> restore() {
        if (isBroken()) {
            return Optional.empty();
        }
        long entries = store.entries();
        var signed = store.latest();
        if (signed.isEmpty()) {
            return entries == 0 ? Optional.of(new GrowingTree(0, store)) : broken("entries-without-checkpoint");
        }
        Checkpoint checkpoint;
        try {
            checkpoint = Checkpoint.parse(verifier.open(signed.get().note()));
        } catch (NoteException unreadable) {
            return broken("checkpoint-by-another-key");
        }
        if (!checkpoint.origin().equals(origin)
                || checkpoint.size() != signed.get().size()) {
            return broken("checkpoint-of-another-log");
        }
        if (entries != checkpoint.size()) {
            return broken("other-number-of-entries");
        }
        GrowingTree tree;
        try {
            tree = new GrowingTree(checkpoint.size(), store);
        } catch (IllegalArgumentException | IllegalStateException missing) {
            return broken("tile-missing");
        }
        if (!Arrays.equals(tree.root(), checkpoint.root())) {
            return broken("root-does-not-fit");
        }
        if (!lastEntriesFit(checkpoint.size())) {
            return broken("entries-do-not-fit-tiles");
        }
        progress.signed(signed.get());
        if (!wholeBegun) {
            wholeBegun = true;
            Thread.ofPlatform().daemon().name("audit-self-check").start(() -> whole(checkpoint));
        }
        return Optional.of(tree);
    }

    private boolean lastEntriesFit(long size) {
        long from = Math.max(0, size - PAGE) / TILE * TILE;
        long index = from;
        for (var entry : store.entries(from, (int) (size - from))) {
            int width = (int) Math.min(TILE, size - index / TILE * TILE);
            int at = (int) (index % TILE);
            var leaf = Hashing.leaf(entry);
            var hashes = store.hashes(0, index / TILE, width);
            if (hashes.isEmpty() || !Arrays.equals(leaf, 0, HASH, hashes.get(), at * HASH, (at + 1) * HASH)) {
                return false;
            }
            index++;
        }
        return index == size;
    }

    /** Every entry from the first on, a page at a time. */
    void whole(Checkpoint checkpoint) {
        try {
            var tree = new GrowingTree(0, store);
            while (tree.size() < checkpoint.size()) {
                int limit = (int) Math.min(PAGE, checkpoint.size() - tree.size());
                var page = store.entries(tree.size(), limit);
                if (page.size() < limit) {
                    broken("entry-missing");
                    return;
                }
                tree.append(page.stream().map(Hashing::leaf).toList());
            }
            if (Arrays.equals(tree.root(), checkpoint.root())) {
                LOG.atInfo().addKeyValue("entries", checkpoint.size()).log("the audit log fits its checkpoint");
            } else {
                broken("an-entry-was-changed");
            }
        } catch (RuntimeException away) {
            LOG.atWarn()
                    .addKeyValue("trouble", away.getClass().getSimpleName())
                    .log("the audit log could not be checked as a whole");
        }
    }

    private Optional<GrowingTree> broken(String reason) {
        progress.broken(reason);
        LOG.atError()
                .addKeyValue("reason", reason)
                .log("the audit log does not fit its last checkpoint; nothing is appended, and no erasure begins,"
                        + " until its tables are restored and this service is started again");
        return Optional.empty();
    }
}
