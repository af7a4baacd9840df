// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import io.habeas.contracts.SealedField;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Seals personal data and opens it again: AES-256-GCM with a random nonce, the associated data
 * {@code habeas1|controller|request|field|keyId}. What was sealed for one place opens in no other. Safe for many threads.
 */
public final class Sealer {

    private static final Pattern CONTROLLER = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern FIELD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,126}");

    private final KeyService keys;
    private final JsonMapper json;

    /** @param json how records are written; unknown fields are overlooked when opening, since newer copies may add some */
    public Sealer(KeyService keys, JsonMapper json) {
        this.keys = keys;
        this.json = json.rebuild()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
    }

    /**
     * @param field its name, as the page of sealed fields has it: {@code claims}
     * @param value turned into JSON
     */
    public SealedField seal(String controller, UUID requestId, String field, UUID keyId, Object value) {
        var associated = associatedData(controller, requestId, field, keyId);
        var key = keys.key(controller, requestId, keyId);
        var plain = write(value, field);
        try {
            var ciphertext = key.fields().encrypt(plain, associated);
            return new SealedField(
                    keyId, Base64.getUrlEncoder().withoutPadding().encodeToString(ciphertext));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("field " + field + " of request " + requestId + " cannot be sealed", e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /**
     * @throws SealBrokenException when the field was sealed for another place, was changed, or holds no such type
     * @throws KeyDestroyedException when what it held is erased
     */
    public <T> T open(String controller, UUID requestId, String field, SealedField sealed, Class<T> type) {
        var associated = associatedData(controller, requestId, field, sealed.key());
        var key = keys.key(controller, requestId, sealed.key());
        byte[] plain;
        try {
            plain = key.fields().decrypt(Base64.getUrlDecoder().decode(sealed.ciphertext()), associated);
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            throw new SealBrokenException(requestId, field, sealed.key(), DOES_NOT_OPEN);
        }
        try {
            return json.readValue(plain, type);
        } catch (JacksonException _) {
            throw new SealBrokenException(requestId, field, sealed.key(), "holds no " + type.getSimpleName());
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /**
     * Seals a stream in segments of 64 KiB, in flat memory. Closing it ends the sealed stream, and closes what is below.
     * A writer that fails must throw the result away: closed early, it opens as a shorter stream.
     */
    public OutputStream sealing(String controller, UUID requestId, String field, UUID keyId, OutputStream below)
            throws IOException {
        var associated = associatedData(controller, requestId, field, keyId);
        try {
            return keys.key(controller, requestId, keyId).streams().newEncryptingStream(below, associated);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("field " + field + " of request " + requestId + " cannot be sealed", e);
        }
    }

    /**
     * Opens what {@link #sealing} wrote. A changed, cut or misplaced stream ends in an {@link IOException} caused by
     * {@link SealBrokenException}; segments that were read before that are genuine.
     */
    public InputStream opening(String controller, UUID requestId, String field, UUID keyId, InputStream below)
            throws IOException {
        var associated = associatedData(controller, requestId, field, keyId);
        var source = new Source(below);
        try {
            var opened = keys.key(controller, requestId, keyId).streams().newDecryptingStream(source, associated);
            return new Opening(opened, source, new SealBrokenException(requestId, field, keyId, DOES_NOT_OPEN));
        } catch (GeneralSecurityException _) {
            throw new SealBrokenException(requestId, field, keyId, DOES_NOT_OPEN);
        }
    }

    /** Names with a bar in them could be read as another place. */
    static byte[] associatedData(String controller, UUID requestId, String field, UUID keyId) {
        checkController(controller);
        if (!FIELD.matcher(field).matches()) {
            throw new IllegalArgumentException("a sealed field's name must match " + FIELD);
        }
        return ("habeas1|" + controller + "|" + requestId + "|" + field + "|" + keyId).getBytes(StandardCharsets.UTF_8);
    }

    static void checkController(String controller) {
        if (!CONTROLLER.matcher(controller).matches()) {
            throw new IllegalArgumentException("a controller's id must match " + CONTROLLER);
        }
    }

    private static final String DOES_NOT_OPEN =
            "does not open: it was sealed for another controller, request, field or key, or was changed";

    /** The cause is left behind: Jackson quotes values in its messages. */
    private byte[] write(Object value, String field) {
        try {
            return json.writeValueAsBytes(value);
        } catch (JacksonException _) {
            throw new IllegalArgumentException(
                    "field " + field + ": a " + value.getClass().getSimpleName() + " cannot be written as JSON");
        }
    }

    /** Remembers whether the trouble came from below, and not from the seal. */
    private static final class Source extends FilterInputStream {

        private boolean failed;

        Source(InputStream below) {
            super(below);
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (IOException e) {
                failed = true;
                throw e;
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (IOException e) {
                failed = true;
                throw e;
            }
        }
    }

    private static final class Opening extends FilterInputStream {

        private final Source source;
        private final SealBrokenException broken;

        Opening(InputStream opened, Source source, SealBrokenException broken) {
            super(opened);
            this.source = source;
            this.broken = broken;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (IOException e) {
                if (source.failed) {
                    throw e;
                }
                throw new IOException("sealed stream is broken", broken);
            }
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
