// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.audit;

import io.habeas.auditlog.Checkpoint;
import io.habeas.auditlog.GrowingTree;
import io.habeas.auditlog.LogProof;
import io.habeas.auditlog.NoteException;
import io.habeas.auditlog.NoteVerifier;
import io.habeas.request.audit.LogStore.Row;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Proofs that entries are in the log, under its newest checkpoint. Reads a handful of tiles for each. */
final class Proving {

    /** An entry with its proof. */
    record Proved(Row row, LogProof proof) {}

    private final LogStore store;
    private final NoteVerifier verifier;

    Proving(LogStore store, NoteVerifier verifier) {
        this.store = store;
        this.verifier = verifier;
    }

    /** @param after only entries behind that index; -1 for all */
    List<Proved> ofRequest(UUID request, @Nullable UUID event, @Nullable String type, long after, int limit) {
        var signed = store.latest();
        if (signed.isEmpty()) {
            return List.of();
        }
        var note = signed.get().note();
        long size = signed.get().size();
        return store.ofRequest(request, event, type, after, size, limit).stream()
                .map(row -> new Proved(row, proof(row, size, note)))
                .toList();
    }

    private LogProof proof(Row row, long size, String note) {
        return new LogProof(row.index(), GrowingTree.inclusion(row.index(), size, store), note);
    }

    /** The newest checkpoint, as a signed note. */
    Optional<String> checkpoint() {
        return store.latest().map(LogStore.Signed::note);
    }

    long size() throws NoteException {
        var note = checkpoint();
        return note.isEmpty() ? 0 : Checkpoint.parse(verifier.open(note.get())).size();
    }
}
