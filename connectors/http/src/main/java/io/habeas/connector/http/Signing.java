// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.http;

import io.habeas.connector.Notifying.Message;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs and checks messages as Standard Webhooks does: HMAC-SHA256 over id, timestamp and body. */
final class Signing {

    static final String ID = "webhook-id";
    static final String TIMESTAMP = "webhook-timestamp";
    static final String SIGNATURE = "webhook-signature";

    private static final String PREFIX = "whsec_";
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");
    private static final int LEAST_BYTES = 24;
    private static final int MOST_SIGNATURES = 8;

    private final SecretKeySpec key;

    /** @throws IllegalArgumentException if the secret is not {@code whsec_} and at least 24 bytes in Base64 */
    Signing(String secret) {
        byte[] bytes = new byte[0];
        if (secret.startsWith(PREFIX)) {
            try {
                bytes = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
            } catch (IllegalArgumentException malformed) {
                bytes = new byte[0];
            }
        }
        if (bytes.length < LEAST_BYTES) {
            throw new IllegalArgumentException(
                    "secret: it must be whsec_ and, in Base64, at least " + LEAST_BYTES + " random bytes");
        }
        this.key = new SecretKeySpec(bytes, "HmacSHA256");
    }

    /** The headers of a message that is sent now. */
    Map<String, String> headers(String id, Instant now, byte[] body) {
        var timestamp = Long.toString(now.getEpochSecond());
        return Map.of(
                ID,
                id,
                TIMESTAMP,
                timestamp,
                SIGNATURE,
                "v1," + Base64.getEncoder().encodeToString(mac(id, timestamp, body)));
    }

    /** Whether the message was signed with the shared secret, at most five minutes from now. */
    boolean verifies(Message message, Instant now) {
        var id = message.id();
        var timestamp = message.timestamp();
        var signature = message.signature();
        if (id == null
                || id.isEmpty()
                || id.length() > 255
                || timestamp == null
                || signature == null
                || !SECONDS.matcher(timestamp).matches()) {
            return false;
        }
        var sent = Instant.ofEpochSecond(Long.parseLong(timestamp));
        if (Duration.between(sent, now).abs().compareTo(WINDOW) > 0) {
            return false;
        }
        var expected = mac(id, timestamp, message.body());
        boolean matches = false;
        for (var one : signature.split(" ", MOST_SIGNATURES + 1)) {
            if (one.startsWith("v1,")) {
                matches |= MessageDigest.isEqual(expected, decoded(one.substring(3)));
            }
        }
        return matches;
    }

    private static byte[] decoded(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException malformed) {
            return new byte[0];
        }
    }

    private byte[] mac(String id, String timestamp, byte[] body) {
        try {
            var signed = new ByteArrayOutputStream();
            signed.writeBytes((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            signed.writeBytes(body);
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(signed.toByteArray());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public String toString() {
        return "Signing[]";
    }
}
