// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A C2SP tlog-proof: that an entry stands in a log, in one piece of text. */
public record LogProof(long index, List<byte[]> path, String checkpoint, byte @Nullable [] extra) {

    private static final String HEADER = "c2sp.org/tlog-proof@v1";
    private static final int MOST_HASHES = 63;

    public LogProof(long index, List<byte[]> path, String checkpoint) {
        this(index, path, checkpoint, null);
    }

    /** The same with the entry in it. */
    public LogProof withExtra(byte[] bytes) {
        return new LogProof(index, path, checkpoint, bytes);
    }

    public String text() {
        var text = new StringBuilder(HEADER).append('\n');
        if (extra != null) {
            text.append("extra ")
                    .append(Base64.getEncoder().encodeToString(extra))
                    .append('\n');
        }
        text.append("index ").append(index).append('\n');
        path.forEach(
                hash -> text.append(Base64.getEncoder().encodeToString(hash)).append('\n'));
        return text.append('\n').append(checkpoint).toString();
    }

    /** @throws ProofException if it is none */
    public static LogProof parse(String text) throws ProofException {
        int end = text.indexOf("\n\n");
        if (end < 0) {
            throw new ProofException("not a tlog-proof");
        }
        var lines = text.substring(0, end).split("\n", -1);
        try {
            int at = 0;
            if (!lines[at++].equals(HEADER)) {
                throw new ProofException("not a tlog-proof");
            }
            byte[] extra = null;
            if (at < lines.length && lines[at].startsWith("extra ")) {
                extra = StrictText.base64(lines[at++].substring("extra ".length()));
            }
            if (at >= lines.length || !lines[at].matches("index (0|[1-9][0-9]{0,17})")) {
                throw new ProofException("the tlog-proof has no index");
            }
            long index = Long.parseLong(lines[at++].substring("index ".length()));
            var path = new ArrayList<byte[]>();
            for (; at < lines.length; at++) {
                var hash = StrictText.base64(lines[at]);
                if (hash.length != Hashing.BYTES || path.size() == MOST_HASHES) {
                    throw new ProofException("line " + (at + 1) + " of the tlog-proof is no hash, or one too many");
                }
                path.add(hash);
            }
            return new LogProof(index, path, text.substring(end + 2), extra);
        } catch (IllegalArgumentException unreadable) {
            throw new ProofException("not a tlog-proof");
        }
    }

    /** @return the checkpoint under which the entry stands. @throws ProofException if it does not */
    public Checkpoint verify(byte[] entry, NoteVerifier verifier) throws ProofException {
        try {
            var known = Checkpoint.parse(verifier.open(checkpoint));
            if (!Proofs.includes(index, known.size(), Hashing.leaf(entry), path, known.root())) {
                throw new ProofException("the entry is not at index " + index + " of the tree");
            }
            return known;
        } catch (NoteException refused) {
            throw new ProofException("the checkpoint is refused: " + refused.getMessage());
        }
    }
}
