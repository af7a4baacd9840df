// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import com.nimbusds.jose.jwk.ECKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;

/** Reads keys and secrets from their files, and says which file is at fault. */
final class KeyFiles {

    private KeyFiles() {}

    static ECKey ecKey(Path file) {
        try {
            return ECKey.parse(text(file));
        } catch (ParseException unreadable) {
            throw new IllegalStateException(file + " is not an elliptic-curve JWK");
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file + " can not be read", unreadable);
        }
    }
}
