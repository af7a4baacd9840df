// SPDX-License-Identifier: Apache-2.0
package io.habeas.auditlog;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** Signs notes with an Ed25519 key. Safe for many threads. */
public final class NoteSigner {

    static final byte ED25519 = 1;

    private final String name;
    private final PrivateKey key;
    private final byte[] publicKey;

    private NoteSigner(String name, PrivateKey key, byte[] publicKey) {
        this.name = name;
        this.key = key;
        this.publicKey = publicKey;
    }

    /** @param seed the 32 bytes of RFC 8032 */
    public static NoteSigner ofSeed(String name, byte[] seed) {
        if (!StrictText.isKeyName(name)) {
            throw new IllegalArgumentException("the name of a key has no space, no plus and no control character");
        }
        if (seed.length != 32) {
            throw new IllegalArgumentException("a seed has 32 bytes");
        }
        try {
            var key = KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
            return new NoteSigner(name, key, publicKey(seed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
    }

    /** The JDK derives a public key only where it thinks that it draws the private one. */
    private static byte[] publicKey(byte[] seed) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("Ed25519");
        generator.initialize(NamedParameterSpec.ED25519, new SecureRandom() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {
                System.arraycopy(seed, 0, bytes, 0, bytes.length);
            }
        });
        var encoded = generator.generateKeyPair().getPublic().getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    }

    static byte[] keyId(String name, byte[] publicKey) {
        var sha256 = Hashing.sha256();
        sha256.update(name.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) '\n');
        sha256.update(ED25519);
        return Arrays.copyOf(sha256.digest(publicKey), 4);
    }

    public String verifierKey() {
        var typed = new byte[33];
        typed[0] = ED25519;
        System.arraycopy(publicKey, 0, typed, 1, 32);
        return name + "+" + HexFormat.of().formatHex(keyId(name, publicKey)) + "+"
                + Base64.getEncoder().encodeToString(typed);
    }

    /** @param text ends in a newline */
    public String sign(String text) {
        if (!text.endsWith("\n") || !StrictText.isPlain(text)) {
            throw new IllegalArgumentException("a note is plain text that ends in a newline");
        }
        try {
            var signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            var signed = signature.sign();
            var bytes = new byte[4 + signed.length];
            System.arraycopy(keyId(name, publicKey), 0, bytes, 0, 4);
            System.arraycopy(signed, 0, bytes, 4, signed.length);
            return text + "\n\u2014 " + name + " " + Base64.getEncoder().encodeToString(bytes) + "\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
    }
}
