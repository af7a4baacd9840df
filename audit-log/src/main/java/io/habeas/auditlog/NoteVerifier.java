// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** Opens notes that one known key has signed. Safe for many threads. */
public final class NoteVerifier {

    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final int MOST_CHARACTERS = 100_000;

    private final String name;
    private final byte[] id;
    private final PublicKey key;

    private NoteVerifier(String name, byte[] id, PublicKey key) {
        this.name = name;
        this.id = id;
        this.key = key;
    }

    /** @throws IllegalArgumentException if it is no verifier key of C2SP */
    public static NoteVerifier of(String verifierKey) {
        var parts = verifierKey.split("\\+", 3);
        if (parts.length != 3 || !StrictText.isKeyName(parts[0])) {
            throw new IllegalArgumentException("a verifier key is name+hash+key");
        }
        var typed = StrictText.base64(parts[2]);
        if (typed.length != 33 || typed[0] != NoteSigner.ED25519) {
            throw new IllegalArgumentException("only Ed25519 keys are known");
        }
        var raw = Arrays.copyOfRange(typed, 1, 33);
        var id = NoteSigner.keyId(parts[0], raw);
        if (!HexFormat.of().formatHex(id).equals(parts[1])) {
            throw new IllegalArgumentException("the hash in the verifier key does not fit its key");
        }
        try {
            var encoded = new byte[X509.length + 32];
            System.arraycopy(X509, 0, encoded, 0, X509.length);
            System.arraycopy(raw, 0, encoded, X509.length, 32);
            var key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
            return new NoteVerifier(parts[0], id, key);
        } catch (GeneralSecurityException unreadable) {
            throw new IllegalArgumentException("not an Ed25519 key");
        }
    }

    /** The text of a note. @throws NoteException if it is none, or not signed by the known key */
    public String open(String note) throws NoteException {
        int end = note.length() > MOST_CHARACTERS ? -1 : note.lastIndexOf("\n\n");
        if (end < 0 || !note.endsWith("\n") || !StrictText.isPlain(note)) {
            throw new NoteException("not a signed note");
        }
        var text = note.substring(0, end + 1);
        boolean good = false;
        for (var line : note.substring(end + 2, note.length() - 1).split("\n", -1)) {
            var parts = line.split(" ");
            if (parts.length != 3 || !parts[0].equals("\u2014")) {
                throw new NoteException("a line of signatures is malformed");
            }
            if (parts[1].equals(name)) {
                good |= isGood(text, parts[2]);
            }
        }
        if (!good) {
            throw new NoteException("the note is not signed by " + name);
        }
        return text;
    }

    private boolean isGood(String text, String base64) throws NoteException {
        try {
            var bytes = StrictText.base64(base64);
            if (bytes.length != 68 || !Arrays.equals(bytes, 0, 4, id, 0, 4)) {
                return false;
            }
            var signature = Signature.getInstance("Ed25519");
            signature.initVerify(key);
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            if (!signature.verify(bytes, 4, 64)) {
                throw new NoteException("the signature of " + name + " is wrong");
            }
            return true;
        } catch (IllegalArgumentException | GeneralSecurityException unreadable) {
            throw new NoteException("a signature of " + name + " is malformed");
        }
    }
}
