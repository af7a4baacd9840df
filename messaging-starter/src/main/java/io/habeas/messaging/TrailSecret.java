// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** By what the audit log knows that a record comes from a service: HMAC-SHA-256 under a secret that only these two have. */
public final class TrailSecret {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int LEAST_BYTES = 32;
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE,
            PosixFilePermission.GROUP_WRITE);

    private final SecretKeySpec key;

    private TrailSecret(byte[] secret) {
        this.key = new SecretKeySpec(secret, ALGORITHM);
    }

    /** @throws IllegalStateException when the file is missing, too short, or open to others; the message names the cure */
    public static TrailSecret ofFile(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new IllegalStateException("secret file " + file
                        + " is missing: put 32 or more random bytes there, the same for this service and for the"
                        + " request-service, or set habeas.audit.enabled=false in an installation without audit log");
            }
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw new IllegalStateException("secret file " + file + " is open to others: chmod 600 it");
            }
            var secret = Files.readAllBytes(file);
            if (secret.length < LEAST_BYTES) {
                throw new IllegalStateException("secret file " + file + " has " + secret.length + " bytes; at least "
                        + LEAST_BYTES + " are needed");
            }
            return new TrailSecret(secret);
        } catch (IOException e) {
            throw new IllegalStateException("secret file " + file + " cannot be read", e);
        }
    }

    static TrailSecret ofBytes(byte[] secret) {
        return new TrailSecret(secret.clone());
    }

    byte[] mac(byte[] value) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(value);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM lacks HMAC-SHA-256", e);
        }
    }

    /** In constant time. */
    public boolean fits(byte[] value, byte[] mac) {
        return MessageDigest.isEqual(mac(value), mac);
    }

    @Override
    public String toString() {
        return "TrailSecret[]";
    }
}
