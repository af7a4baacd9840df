// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 under a secret from a file, for one-time codes and for request ids. The purpose and every part go in with
 * their lengths, so that no two calls with other parts meet in the same bytes.
 */
public final class Hmac {

    private static final int LEAST_BYTES = 32;
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE,
            PosixFilePermission.GROUP_WRITE);

    private final byte[] secret;

    private Hmac(byte[] secret) {
        this.secret = secret;
    }

    /** @param name of the file in {@code secrets/} under the home directory; at least 32 random bytes, unreadable for others */
    public static Hmac ofSecret(Path home, String name) {
        return ofFile(home.resolve("secrets").resolve(name));
    }

    /** @throws IllegalStateException when the file is missing, too short, or open to others; the message names the cure */
    public static Hmac ofFile(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new IllegalStateException(
                        "secret file " + file + " is missing: put 32 or more random bytes there");
            }
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw new IllegalStateException("secret file " + file + " is open to others: chmod 600 it");
            }
            return ofBytes(Files.readAllBytes(file), "secret file " + file);
        } catch (IOException e) {
            throw new IllegalStateException("secret file " + file + " cannot be read", e);
        }
    }

    static Hmac ofBytes(byte[] secret, String where) {
        if (secret.length < LEAST_BYTES) {
            throw new IllegalStateException(
                    where + " has " + secret.length + " bytes; at least " + LEAST_BYTES + " are needed");
        }
        return new Hmac(secret.clone());
    }

    public byte[] digest(String purpose, byte[]... parts) {
        var mac = mac(secret);
        update(mac, purpose.getBytes(StandardCharsets.UTF_8));
        for (var part : parts) {
            update(mac, part);
        }
        return mac.doFinal();
    }

    /** The digest of texts in UTF-8, base64url without padding: 43 characters. */
    public String text(String purpose, String... parts) {
        var bytes = new byte[parts.length][];
        for (var i = 0; i < parts.length; i++) {
            bytes[i] = parts[i].getBytes(StandardCharsets.UTF_8);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest(purpose, bytes));
    }

    /** Compares in constant time. */
    public boolean matches(String expected, String purpose, String... parts) {
        return MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.UTF_8), text(purpose, parts).getBytes(StandardCharsets.UTF_8));
    }

    static byte[] sha256(byte[] key, byte[] message) {
        return mac(key).doFinal(message);
    }

    private static void update(Mac mac, byte[] part) {
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        mac.update(part);
    }

    private static Mac mac(byte[] key) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM lacks HMAC-SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "Hmac[]";
    }
}
