// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import io.habeas.auditlog.Checkpoint;
import io.habeas.auditlog.GrowingTree;
import io.habeas.auditlog.Hashing;
import io.habeas.auditlog.LogEntry;
import io.habeas.auditlog.LogProof;
import io.habeas.auditlog.NoteSigner;
import io.habeas.auditlog.NoteVerifier;
import io.habeas.contracts.RequestAnnouncement.Approved;
import io.habeas.fulfillment.evidence.ProofSource;
import io.habeas.fulfillment.plan.Orders.Evidence;
import io.habeas.messaging.AnnouncementCodec;
import io.habeas.messaging.Inbound;
import io.habeas.sealeddata.KeyService;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A whole audit log in memory, with a real tree and a real key, that tests can keep from answering or have lie. */
final class TestLog implements ProofSource {

    static final String ORIGIN = "habeas.local/audit";

    private final Map<String, byte[]> tiles = new HashMap<>();
    private final GrowingTree tree = new GrowingTree(0, this::hashes);
    private final List<LogEntry> entries = new ArrayList<>();
    private final NoteSigner own = NoteSigner.ofSeed(ORIGIN, filled(1));
    private NoteSigner signer = own;
    private boolean away;

    private static byte[] filled(int value) {
        var seed = new byte[32];
        Arrays.fill(seed, (byte) value);
        return seed;
    }

    NoteVerifier verifier() {
        return NoteVerifier.of(own.verifierKey());
    }

    String verifierKey() {
        return own.verifierKey();
    }

    synchronized void away(boolean now) {
        away = now;
    }

    /** From now on checkpoints are signed by somebody else under the same name. */
    synchronized void signedByAnother(boolean now) {
        signer = now ? NoteSigner.ofSeed(ORIGIN, filled(2)) : own;
    }

    /** The entry that the request-service would have made of that approval. */
    static LogEntry entryOf(Inbound<Approved> message, KeyService keys) {
        var approval = message.announcement();
        var key = keys.key(
                message.controller(), message.requestId(), approval.keys().caseKey());
        return new LogEntry(
                "request",
                1,
                message.requestId(),
                message.sequence(),
                message.eventId(),
                "request.approved",
                1,
                message.time().truncatedTo(java.time.temporal.ChronoUnit.MICROS),
                message.controller(),
                "service:request",
                message.rule(),
                key.auditCommitment(message.eventId(), sha256(new AnnouncementCodec().payload(approval))));
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    synchronized void add(LogEntry entry) {
        entries.add(entry);
        tree.append(List.of(Hashing.leaf(entry.bytes())))
                .forEach(tile -> tiles.put(tile.level() + "/" + tile.number(), tile.hashes()));
    }

    private Optional<byte[]> hashes(int level, long tile, int width) {
        return Optional.ofNullable(tiles.get(level + "/" + tile))
                .map(hashes -> Arrays.copyOf(hashes, width * Hashing.BYTES));
    }

    @Override
    public synchronized Optional<Evidence> of(UUID requestId, UUID event) throws IOException {
        if (away) {
            throw new IOException("the log is away");
        }
        for (int index = 0; index < entries.size(); index++) {
            var entry = entries.get(index);
            if (entry.request().equals(requestId) && entry.event().equals(event)) {
                var note = signer.sign(new Checkpoint(ORIGIN, tree.size(), tree.root()).text());
                var path = GrowingTree.inclusion(index, tree.size(), this::hashes);
                return Optional.of(new Evidence(entry.bytes(), new LogProof(index, path, note).text()));
            }
        }
        return Optional.empty();
    }
}
