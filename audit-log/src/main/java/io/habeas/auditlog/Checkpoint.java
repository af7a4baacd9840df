// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

import java.util.Base64;

/** What a log says of itself at a size. */
public record Checkpoint(String origin, long size, byte[] root) {

    public Checkpoint {
        if (origin.isEmpty() || !StrictText.isPlain(origin) || origin.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("the origin of a checkpoint is one line");
        }
        if (size < 0 || root.length != Hashing.BYTES) {
            throw new IllegalArgumentException("a checkpoint has a size and a root of " + Hashing.BYTES + " bytes");
        }
    }

    public String text() {
        return origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n";
    }

    /** @throws NoteException if it is no checkpoint */
    public static Checkpoint parse(String text) throws NoteException {
        var lines = text.split("\n", -1);
        try {
            if (lines.length >= 4 && lines[lines.length - 1].isEmpty() && lines[1].matches("0|[1-9][0-9]{0,18}")) {
                var root = StrictText.base64(lines[2]);
                if (root.length == Hashing.BYTES && !lines[0].isEmpty()) {
                    return new Checkpoint(lines[0], Long.parseLong(lines[1]), root);
                }
            }
        } catch (IllegalArgumentException unreadable) {
            throw new NoteException("not a checkpoint");
        }
        throw new NoteException("not a checkpoint");
    }
}
