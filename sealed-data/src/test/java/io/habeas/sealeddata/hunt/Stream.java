// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata.hunt;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Hunts through one stream of bytes that comes in pieces, in flat memory. Goes through it twice at once: as it is, and
 * without line breaks, since base64 and quoted-printable are broken into lines.
 */
final class Stream {

    private static final int PIECE = 1 << 18;
    /** Enough to know that and where. */
    private static final int MOST_FINDS = 20;

    private final class Window {

        private final byte[] data = new byte[PIECE + scent.longest()];
        private int end;
        private long gone;

        void add(byte[] piece, int length, Scent.Found each) {
            System.arraycopy(piece, 0, data, end, length);
            end += length;
            each(each, Math.max(0, end - scent.longest() + 1));
        }

        void finish(Scent.Found each) {
            each(each, end);
        }

        /** Begins are looked for up to there; the rest waits for what follows it. */
        private void each(Scent.Found each, int upTo) {
            scent.follow(data, 0, end, (position, trace) -> {
                if (position < upTo) {
                    each.at(position, trace);
                }
            });
            System.arraycopy(data, upTo, data, 0, end - upTo);
            gone += upTo;
            end -= upTo;
        }
    }

    private final Scent scent;
    private final String where;
    private final Consumer<Find> finds;
    private final Window asItIs;
    private final Window joined;
    private final byte[] withoutBreaks = new byte[PIECE];
    private final Map<Trace, Integer> counts = new HashMap<>();
    private boolean broken;

    Stream(Scent scent, String where, Consumer<Find> finds) {
        this.scent = scent;
        this.where = where;
        this.finds = finds;
        this.asItIs = new Window();
        this.joined = new Window();
    }

    static int piece() {
        return PIECE;
    }

    void add(byte[] piece, int length) {
        asItIs.add(piece, length, this::found);
        var kept = 0;
        for (var i = 0; i < length; i++) {
            if (piece[i] != '\r' && piece[i] != '\n') {
                withoutBreaks[kept++] = piece[i];
            }
        }
        broken |= kept < length;
        joined.add(withoutBreaks, kept, this::foundJoined);
    }

    void finish() {
        asItIs.finish(this::found);
        joined.finish(this::foundJoined);
    }

    private void found(int position, Trace trace) {
        if (counts.merge(trace, 1, Integer::sum) <= MOST_FINDS) {
            finds.accept(new Find(where, asItIs.gone + position, trace.mark(), trace.encoding()));
        }
    }

    private void foundJoined(int position, Trace trace) {
        if (broken && !counts.containsKey(trace)) {
            counts.put(trace, 1);
            finds.accept(new Find(where, joined.gone + position, trace.mark(), trace.encoding() + ", over lines"));
        }
    }
}
