// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import com.nimbusds.jose.jwk.ECKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;

/** Reads keys and secrets from their files, and says which file is at fault. */
final class KeyFiles {

    private static final int LEAST_SECRET = 32;

    private KeyFiles() {}

    static ECKey ecKey(Path file) {
        try {
            return ECKey.parse(text(file));
        } catch (ParseException unreadable) {
            throw new IllegalStateException(file + " is not an elliptic-curve JWK");
        }
    }

    /** @throws IllegalStateException if it is shorter than HS256 needs */
    static byte[] sharedSecret(Path file) {
        var secret = text(file).getBytes(StandardCharsets.UTF_8);
        if (secret.length < LEAST_SECRET) {
            throw new IllegalStateException(
                    file + " holds " + secret.length + " characters; at least " + LEAST_SECRET + " are needed");
        }
        return secret;
    }

    static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file + " can not be read", unreadable);
        }
    }
}
