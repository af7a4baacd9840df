// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import com.google.crypto.tink.subtle.AesGcmJce;
import io.habeas.contracts.KeyClass;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.UUID;

/** One opened data key, 256 bits. Lives in memory, briefly; prints its id alone. */
public final class DataKey {

    static final int BYTES = 32;
    private static final int SEGMENT_BYTES = 64 * 1024;
    private static final byte[] STREAM = "habeas1|stream".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AUDIT = "habeas1|audit".getBytes(StandardCharsets.US_ASCII);

    private final UUID id;
    private final KeyClass keyClass;
    private final byte[] material;
    private final Aead fields;

    DataKey(UUID id, KeyClass keyClass, byte[] material) {
        if (material.length != BYTES) {
            throw new IllegalArgumentException("key " + id + " has " + material.length + " bytes instead of " + BYTES);
        }
        this.id = id;
        this.keyClass = keyClass;
        this.material = material.clone();
        this.fields = aead(this.material);
    }

    public UUID id() {
        return id;
    }

    public KeyClass keyClass() {
        return keyClass;
    }

    /** A copy of the key itself, for the one endpoint that answers other services; nothing else may call this. */
    public byte[] export() {
        return material.clone();
    }

    Aead fields() {
        return fields;
    }

    /** Derived, so that no two algorithms share a key. */
    StreamingAead streams() {
        try {
            return new AesGcmHkdfStreaming(Hmac.sha256(material, STREAM), "HmacSha256", BYTES, SEGMENT_BYTES, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM lacks AES-GCM or HMAC-SHA-256", e);
        }
    }

    /**
     * What the audit log holds in place of a payload. The nonce in it is derived from this key and stored nowhere: whoever
     * has the payload and the key can show that they belong together, and when the key is destroyed nobody can test a guess.
     *
     * @param eventId of the event whose payload it is
     * @param digest SHA-256 of the payload
     */
    public byte[] auditCommitment(UUID eventId, byte[] digest) {
        var event = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(eventId.getMostSignificantBits())
                .putLong(eventId.getLeastSignificantBits());
        var nonce = Hmac.sha256(Hmac.sha256(material, AUDIT), event.array());
        return Hmac.sha256(nonce, digest);
    }

    static Aead aead(byte[] material) {
        try {
            return new AesGcmJce(material);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM lacks AES-GCM", e);
        }
    }

    @Override
    public String toString() {
        return "DataKey[" + id + ", " + keyClass + "]";
    }
}
