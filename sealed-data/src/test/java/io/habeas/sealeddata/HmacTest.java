// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HmacTest {

    @TempDir
    Path home;

    @Test
    void it_is_hmac_sha_256_of_rfc_4231() {
        var digest = Hmac.sha256(
                "Jefe".getBytes(StandardCharsets.US_ASCII),
                "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII));
        assertThat(HexFormat.of().formatHex(digest))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Test
    void parts_do_not_run_into_each_other() throws IOException {
        var hmac = Hmac.ofSecret(home, secret("rw-------", 32));
        assertThat(hmac.text("code", "ab", "c"))
                .isNotEqualTo(hmac.text("code", "a", "bc"))
                .isNotEqualTo(hmac.text("code", "abc"))
                .isNotEqualTo(hmac.text("codea", "b", "c"))
                .isEqualTo(hmac.text("code", "ab", "c"))
                .hasSize(43);
        assertThat(hmac.matches(hmac.text("code", "ab"), "code", "ab")).isTrue();
        assertThat(hmac.matches(hmac.text("code", "ab"), "code", "ac")).isFalse();
    }

    @Test
    void a_secret_that_is_missing_short_or_open_is_refused_with_the_cure() throws IOException {
        assertThatThrownBy(() -> Hmac.ofSecret(home, "codes")).hasMessageContaining("missing");
        var shortOne = secret("rw-------", 31);
        assertThatThrownBy(() -> Hmac.ofSecret(home, shortOne)).hasMessageContaining("31 bytes");
        var open = secret("rw-r--r--", 32);
        assertThatThrownBy(() -> Hmac.ofSecret(home, open)).hasMessageContaining("chmod 600");
    }

    private String secret(String permissions, int length) throws IOException {
        var directory = Files.createDirectories(home.resolve("secrets"));
        var file = Files.write(directory.resolve("s" + length + permissions), new byte[length]);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return String.valueOf(file.getFileName());
    }
}
