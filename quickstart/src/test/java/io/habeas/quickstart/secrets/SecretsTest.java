// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SecretsTest {

    @TempDir
    private Path temporary;

    private Path folder;
    private Secrets secrets;

    @BeforeEach
    void open() throws Exception {
        folder = temporary.resolve("secrets");
        secrets = new Secrets(folder);
    }

    @Test
    void what_was_drawn_once_stays() throws Exception {
        String drawn = secrets.text("shop-db");
        ECKey key = secrets.key("requester");

        assertThat(new Secrets(folder).text("shop-db")).isEqualTo(drawn).hasSize(64);
        assertThat(new Secrets(folder).key("requester")).isEqualTo(key);
        assertThat(secrets.text("another")).isNotEqualTo(drawn);
    }

    @Test
    void only_the_owner_can_read_them() throws Exception {
        secrets.text("shop-db");
        secrets.key("requester");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(3).allSatisfy(file -> assertThat(
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------"));
        }
    }

    @Test
    void the_public_half_holds_no_private_part() throws Exception {
        secrets.key("requester");

        assertThat(ECKey.parse(Files.readString(secrets.publicKey("requester"))).isPrivate())
                .isFalse();
        assertThat(ECKey.parse(Files.readString(secrets.privateKey("requester")))
                        .isPrivate())
                .isTrue();
    }
}
