// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

import java.util.Base64;

/** What a log says of itself at a size. */
public record Checkpoint(String origin, long size, byte[] root) {

    public String text() {
        return origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n";
    }

    /** @throws NoteException if it is no checkpoint */
    public static Checkpoint parse(String text) throws NoteException {
        var lines = text.split("\n", -1);
        try {
            if (lines.length >= 4 && lines[1].matches("0|[1-9][0-9]{0,18}")) {
                var root = Base64.getDecoder().decode(lines[2]);
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
