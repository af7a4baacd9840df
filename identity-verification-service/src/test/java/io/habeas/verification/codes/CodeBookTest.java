// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.codes;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.sealeddata.Hmac;
import io.habeas.verification.codes.CodeBook.Purpose;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CodeBookTest {

    private static final UUID REQUEST = UUID.fromString("00000000-0000-8000-8000-000000000001");
    private static final UUID ANOTHER = UUID.fromString("00000000-0000-8000-8000-000000000002");

    @TempDir
    Path directory;

    private CodeBook codes;

    @BeforeEach
    void secret() throws IOException {
        codes = new CodeBook(hmac("0123456789abcdef0123456789abcdef"), new SecureRandom());
    }

    private Hmac hmac(String secret) throws IOException {
        var file = directory.resolve("secret-" + UUID.randomUUID());
        Files.writeString(file, secret);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return Hmac.ofFile(file);
    }

    @Test
    void a_code_is_bound_to_request_purpose_and_secret() throws IOException {
        var code = codes.draw();
        var hash = codes.hash(REQUEST, Purpose.IDENTITY, code);
        var stranger = new CodeBook(hmac("another-secret-another-secret-32"), new SecureRandom());

        assertThat(codes.matches(hash, REQUEST, Purpose.IDENTITY, code)).isTrue();
        assertThat(codes.matches(hash, ANOTHER, Purpose.IDENTITY, code)).isFalse();
        assertThat(codes.matches(hash, REQUEST, Purpose.FRESH_PROOF, code)).isFalse();
        assertThat(stranger.matches(hash, REQUEST, Purpose.IDENTITY, code)).isFalse();
        assertThat(codes.matches(null, REQUEST, Purpose.IDENTITY, code)).isFalse();
    }

    @Test
    void a_decoy_looks_like_a_hash_and_fits_no_code() {
        var code = codes.draw();
        var decoy = codes.decoy(REQUEST, Purpose.IDENTITY);

        assertThat(decoy).hasSameSizeAs(codes.hash(REQUEST, Purpose.IDENTITY, code));
        assertThat(codes.matches(decoy, REQUEST, Purpose.IDENTITY, code)).isFalse();
    }

    @Test
    void every_code_comes_from_the_source_it_was_given() {
        RandomGenerator fixed = () -> 0L;

        assertThat(Code.draw(fixed).written()).isEqualTo("0000-0000");
    }

    @Test
    void codes_are_spread_over_all_that_is_possible() {
        var drawn = new HashSet<String>();
        for (int i = 0; i < 2000; i++) {
            drawn.add(codes.draw().digits());
        }

        assertThat(drawn).hasSizeGreaterThan(1990);
        assertThat(drawn.stream().map(it -> it.charAt(0)).distinct()).hasSize(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1234-5678", "12345678", " 1234 5678 ", "1234–5678", "１２３４－５６７８", "1-2-3-4-5-6-7-8"})
    void a_code_is_read_as_people_type_it(String typed) {
        assertThat(Code.typed(typed)).map(Code::digits).contains("12345678");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1234567", "123456789", "1234567a", "1234+5678", "0x123456"})
    void anything_else_is_no_code(String typed) {
        assertThat(Code.typed(typed)).isEmpty();
    }

    @Test
    void nothing_prints_a_code() {
        assertThat(codes.draw()).hasToString("Code[]");
    }
}
