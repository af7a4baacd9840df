// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class KeyedHashesTest {

    private static final Instant NOVEMBER = Instant.parse("2026-11-22T10:00:00Z");
    private static final Instant JANUARY = Instant.parse("2027-01-01T00:00:00Z");
    private static final Identifier ADA = new Identifier(IdentifierKind.EMAIL, "Ada@Example.org ");

    @TempDir
    Path home;

    private final KeyDatabase database = KeyDatabase.fresh();
    private Instant legalTime = NOVEMBER;
    private KeyStore store;
    private KeyedHashes hashes;

    @BeforeEach
    void open() {
        store = new KeyStore(database, home.resolve("keks"), () -> legalTime);
        hashes = new KeyedHashes(store, new Normalizer());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void the_same_person_has_the_same_hash_in_every_process() {
        var again = new Identifier(IdentifierKind.EMAIL, "ada@example.ORG");
        try (var other = new KeyStore(database, home.resolve("keks"), () -> legalTime)) {
            assertThat(new KeyedHashes(other, new Normalizer()).lookup("acme", again, NOVEMBER))
                    .isEqualTo(hashes.lookup("acme", ADA, NOVEMBER))
                    .matches("n1\\.[A-Za-z0-9_-]{43}");
        }
    }

    @Test
    void controllers_quarters_purposes_and_kinds_share_no_hash() {
        var asName = new Identifier(IdentifierKind.ACCOUNT_NAME, "ada@example.org");
        assertThat(List.of(
                        hashes.lookup("acme", ADA, NOVEMBER),
                        hashes.lookup("acme", ADA, JANUARY),
                        hashes.lookup("other", ADA, NOVEMBER),
                        hashes.lookup("acme", asName, NOVEMBER),
                        hashes.standing("acme", ADA, NOVEMBER),
                        hashes.standing("other", ADA, NOVEMBER)))
                .doesNotHaveDuplicates();
    }

    @Test
    void a_person_is_found_in_every_quarter_that_has_a_key() {
        var expected = List.of(hashes.lookup("acme", ADA, NOVEMBER), hashes.lookup("acme", ADA, JANUARY));
        assertThat(hashes.lookups(
                        "acme", ADA, Instant.parse("2025-02-01T00:00:00Z"), Instant.parse("2028-01-01T00:00:00Z")))
                .isEqualTo(expected);
    }

    @Test
    void a_quarter_whose_key_is_gone_finds_nobody_and_hashes_nobody() {
        hashes.lookup("acme", ADA, NOVEMBER);
        legalTime = Instant.parse("2034-03-01T00:00:00Z");
        store.destroyEndedMonths(legalTime);
        assertThat(hashes.lookups("acme", ADA, NOVEMBER, NOVEMBER)).isEmpty();
        assertThatThrownBy(() -> hashes.lookup("acme", ADA, NOVEMBER)).isInstanceOf(KeyDestroyedException.class);
    }

    @Test
    void a_dictionary_finds_nobody_in_a_dump_without_the_key() throws Exception {
        var stolen = new HashSet<String>();
        for (var i = 0; i < 50; i++) {
            stolen.add(hashes.lookup("acme", phone(i), NOVEMBER).substring("n1.".length()));
        }
        var dump = database.dump();
        var guessedKeys = List.of(
                Hmac.ofBytes(new byte[32], "zero"),
                Hmac.ofBytes(sha256(dump), "dump"),
                Hmac.ofBytes("acme-LOOKUP-2026-Q4-acme-LOOKUP-2026-Q4".getBytes(StandardCharsets.US_ASCII), "name"));
        var found = 0;
        for (var i = 0; i < 5_000; i++) {
            var value = new Normalizer().normalize(phone(i));
            found += stolen.contains(base64(sha256(value))) || stolen.contains(base64(sha256("PHONE" + value))) ? 1 : 0;
            for (var guess : guessedKeys) {
                found += stolen.contains(guess.text("LOOKUP", "PHONE", value)) ? 1 : 0;
            }
        }
        assertThat(found).isZero();
        assertThat(stolen).contains(hashes.lookup("acme", phone(7), NOVEMBER).substring("n1.".length()));
    }

    private static Identifier phone(int number) {
        return new Identifier(IdentifierKind.PHONE, "+1555" + (1_000_000 + number));
    }

    private static byte[] sha256(String value) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
