// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.secrets;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.text.ParseException;
import java.util.Base64;
import java.util.HexFormat;

/** The folder {@code secrets/}. Whatever is missing is drawn; whatever is there is kept. */
public final class Secrets {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;

    private final Path folder;

    public Secrets(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder, attributes("rwx------"));
    }

    /** The secrets that the data map of one controller may name, and no other. */
    public Secrets of(String controller) throws IOException {
        return new Secrets(folder.resolve(controller));
    }

    /** 256 random bits as text, the same ones at every call. */
    public String text(String name) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            byte[] drawn = new byte[BYTES];
            RANDOM.nextBytes(drawn);
            write(file, HexFormat.of().formatHex(drawn));
        }
        return Files.readString(file).strip();
    }

    /** A secret that signs messages as Standard Webhooks does, {@code whsec_...}; the same one at every call. */
    public String signing(String name) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            byte[] drawn = new byte[BYTES];
            RANDOM.nextBytes(drawn);
            write(file, "whsec_" + Base64.getEncoder().encodeToString(drawn));
        }
        return Files.readString(file).strip();
    }

    /** Keeps a value that is not random, such as an address that may hold a password. */
    public void set(String name, String value) throws IOException {
        write(folder.resolve(name), value);
    }

    /** An ES256 key: the whole in {@code name.jwk}, its public half in {@code name.pub.jwk}. */
    public ECKey key(String name) throws IOException {
        Path file = privateKey(name);
        if (!Files.exists(file)) {
            try {
                ECKey key = new ECKeyGenerator(Curve.P_256)
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(JWSAlgorithm.ES256)
                        .keyIDFromThumbprint(true)
                        .generate();
                write(publicKey(name), key.toPublicJWK().toJSONString());
                write(file, key.toJSONString());
            } catch (JOSEException failure) {
                throw new IllegalStateException("this JDK cannot draw a P-256 key", failure);
            }
        }
        try {
            return ECKey.parse(Files.readString(file));
        } catch (ParseException damaged) {
            throw new IOException(file + " holds no JWK. Remove it and start again: a new key is drawn", damaged);
        }
    }

    public Path privateKey(String name) {
        return folder.resolve(name + ".jwk");
    }

    public Path publicKey(String name) {
        return folder.resolve(name + ".pub.jwk");
    }

    public Path file(String name) {
        return folder.resolve(name);
    }

    /** Whole or not at all, and never readable by others, not even for a moment. */
    private static void write(Path file, String content) throws IOException {
        Path fresh = Files.createTempFile(file.getParent(), "new", "", attributes("rw-------"));
        Files.writeString(fresh, content, StandardCharsets.UTF_8, StandardOpenOption.SYNC);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** An empty file that only its owner reads, in place of the one that was there. */
    public static Path createPrivate(Path file) throws IOException {
        Files.deleteIfExists(file);
        return Files.createFile(file, attributes("rw-------"));
    }

    private static FileAttribute<?>[] attributes(String permissions) {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }

    @Override
    public String toString() {
        return "Secrets[" + folder + ']';
    }
}
