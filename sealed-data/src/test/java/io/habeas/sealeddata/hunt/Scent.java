// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata.hunt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds many traces in an array in one pass: by their first four bytes, then in full. */
final class Scent {

    interface Found {
        void at(int position, Trace trace);
    }

    private static final int HEAD = 4;
    private static final int BITS = 20;

    private final BitSet heads = new BitSet(1 << BITS);
    private final Map<Integer, List<Trace>> byHead = new HashMap<>();
    private final int longest;

    Scent(Set<String> marks) {
        var most = 0;
        for (var mark : marks) {
            for (var trace : Trace.of(mark)) {
                var head = head(trace.bytes(), 0);
                heads.set(slot(head));
                byHead.computeIfAbsent(head, _ -> new ArrayList<>()).add(trace);
                most = Math.max(most, trace.bytes().length);
            }
        }
        this.longest = most;
    }

    int longest() {
        return longest;
    }

    /** @param from positions before it are looked at only as the rest of nothing: no find begins there */
    void follow(byte[] data, int from, int to, Found found) {
        for (var at = from; at + HEAD <= to; at++) {
            var head = head(data, at);
            if (heads.get(slot(head))) {
                for (var trace : byHead.getOrDefault(head, List.of())) {
                    if (matches(data, at, to, trace)) {
                        found.at(at, trace);
                    }
                }
            }
        }
    }

    private static boolean matches(byte[] data, int at, int to, Trace trace) {
        var bytes = trace.bytes();
        if (at + bytes.length > to) {
            return false;
        }
        if (trace.exact()) {
            return Arrays.equals(data, at, at + bytes.length, bytes, 0, bytes.length);
        }
        for (var i = 0; i < bytes.length; i++) {
            if (Trace.fold(data[at + i]) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    private static int head(byte[] data, int at) {
        return (Trace.fold(data[at]) & 0xff) << 24
                | (Trace.fold(data[at + 1]) & 0xff) << 16
                | (Trace.fold(data[at + 2]) & 0xff) << 8
                | Trace.fold(data[at + 3]) & 0xff;
    }

    private static int slot(int head) {
        return head * 0x9e3779b1 >>> 32 - BITS;
    }
}
