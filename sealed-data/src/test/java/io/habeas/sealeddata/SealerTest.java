// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.KeyClass;
import io.habeas.contracts.RequestKeys;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.SealedField;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SealerTest {

    private static final UUID REQUEST = UUID.fromString("00000000-0000-8000-8000-000000000001");
    private static final UUID OTHER_REQUEST = UUID.fromString("00000000-0000-8000-8000-000000000002");
    private static final UUID KEY = UUID.fromString("00000000-0000-4000-8000-00000000000a");
    private static final UUID OTHER_KEY = UUID.fromString("00000000-0000-4000-8000-00000000000b");
    private static final Sealed.Claims CLAIMS = new Sealed.Claims(
            "Ada Canary", List.of(new Identifier(IdentifierKind.EMAIL, "ada.canary@example.org")), null);

    private final OpenHanded keys = new OpenHanded();
    private final Sealer sealer = new Sealer(keys, JsonMapper.shared());

    /** Gives the same material for every id, controller and request, so that the seal alone has to tell them apart. */
    private static final class OpenHanded implements KeyService {

        private final byte[] material = new byte[DataKey.BYTES];

        OpenHanded() {
            new Random(7).nextBytes(material);
        }

        @Override
        public RequestKeys allotRequestKeys(String controller) {
            return new RequestKeys(KEY, OTHER_KEY);
        }

        @Override
        public UUID allot(String controller, UUID requestId, KeyClass keyClass) {
            return KEY;
        }

        @Override
        public DataKey key(String controller, UUID requestId, UUID keyId) {
            return new DataKey(keyId, KeyClass.IDENTITY, material);
        }

        @Override
        public void destroy(String controller, UUID keyId) {
            throw new UnsupportedOperationException();
        }
    }

    private SealedField sealed() {
        return sealer.seal("acme", REQUEST, "claims", KEY, CLAIMS);
    }

    @Test
    void a_sealed_field_opens_where_it_was_sealed() {
        assertThat(sealer.open("acme", REQUEST, "claims", sealed(), Sealed.Claims.class))
                .isEqualTo(CLAIMS);
    }

    @Test
    void a_field_that_a_newer_copy_added_is_overlooked() {
        var strict = JsonMapper.builder()
                .enable(tools.jackson.databind.DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        var newer = sealer.seal("acme", REQUEST, "replyTo", KEY, Map.of("email", "a@example.org", "fax", "1"));
        assertThat(new Sealer(keys, strict).open("acme", REQUEST, "replyTo", newer, Sealed.Contact.class))
                .isEqualTo(new Sealed.Contact(null, "a@example.org"));
    }

    @Test
    void sealing_twice_gives_two_ciphertexts() {
        assertThat(sealed().ciphertext()).isNotEqualTo(sealed().ciphertext());
    }

    @Test
    void a_stranger_with_the_key_opens_it_by_the_published_format() throws Exception {
        var bytes = Base64.getUrlDecoder().decode(sealed().ciphertext());
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.DECRYPT_MODE, new SecretKeySpec(keys.material, "AES"), new GCMParameterSpec(128, bytes, 0, 12));
        cipher.updateAAD(("habeas1|acme|" + REQUEST + "|claims|" + KEY).getBytes(UTF_8));
        assertThat(new String(cipher.doFinal(bytes, 12, bytes.length - 12), UTF_8))
                .contains("Ada Canary");
    }

    @Test
    void nothing_opens_in_another_place() {
        var sealed = sealed();
        assertBroken(() -> sealer.open("other", REQUEST, "claims", sealed, Sealed.Claims.class));
        assertBroken(() -> sealer.open("acme", OTHER_REQUEST, "claims", sealed, Sealed.Claims.class));
        assertBroken(() -> sealer.open("acme", REQUEST, "replyTo", sealed, Sealed.Claims.class));
        var moved = new SealedField(OTHER_KEY, sealed.ciphertext());
        assertBroken(() -> sealer.open("acme", REQUEST, "claims", moved, Sealed.Claims.class));
    }

    @Test
    void a_flipped_bit_anywhere_is_noticed() {
        var bytes = Base64.getUrlDecoder().decode(sealed().ciphertext());
        for (var at = 0; at < bytes.length; at++) {
            var changed = bytes.clone();
            changed[at] ^= 1;
            var field =
                    new SealedField(KEY, Base64.getUrlEncoder().withoutPadding().encodeToString(changed));
            assertBroken(() -> sealer.open("acme", REQUEST, "claims", field, Sealed.Claims.class));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "not base64!", "AAAA"})
    void what_is_no_ciphertext_is_refused_alike(String ciphertext) {
        assertBroken(
                () -> sealer.open("acme", REQUEST, "claims", new SealedField(KEY, ciphertext), Sealed.Claims.class));
    }

    @Test
    void the_wrong_type_is_refused_without_quoting_what_was_there() {
        var thrown = catchThrowable(() -> sealer.open("acme", REQUEST, "claims", sealed(), int[].class));
        assertThat(thrown).isInstanceOf(SealBrokenException.class).hasNoCause();
        assertThat(thrown.getMessage()).doesNotContain("Canary").contains("claims", REQUEST.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme|x", "", "ACME", "a b"})
    void a_controller_that_could_be_read_as_another_place_is_refused(String controller) {
        assertThatThrownBy(() -> sealer.seal(controller, REQUEST, "claims", KEY, CLAIMS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_field_name_with_a_bar_is_refused() {
        assertThatThrownBy(() -> sealer.seal("acme", REQUEST, "claims|x", KEY, CLAIMS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothing_prints_what_it_holds() {
        assertThat(sealed().toString() + keys.key("acme", REQUEST, KEY))
                .doesNotContain(Base64.getUrlEncoder().encodeToString(keys.material), sealed().ciphertext());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 1_000_000})
    void a_stream_comes_back_as_it_went(int length) throws IOException {
        var plain = random(length);
        assertThat(open(seal(plain), "acme", REQUEST, "part", KEY)).isEqualTo(plain);
    }

    @Test
    void a_stream_opens_in_no_other_place() throws IOException {
        var sealed = seal(random(200_000));
        assertBrokenStream(() -> open(sealed, "other", REQUEST, "part", KEY));
        assertBrokenStream(() -> open(sealed, "acme", OTHER_REQUEST, "part", KEY));
        assertBrokenStream(() -> open(sealed, "acme", REQUEST, "other", KEY));
        assertBrokenStream(() -> open(sealed, "acme", REQUEST, "part", OTHER_KEY));
    }

    @Test
    void a_changed_or_shortened_stream_is_noticed() throws IOException {
        var sealed = seal(random(200_000));
        for (var at : List.of(0, 50, 70_000, sealed.length - 1)) {
            var changed = sealed.clone();
            changed[at] ^= 1;
            assertBrokenStream(() -> open(changed, "acme", REQUEST, "part", KEY));
        }
        for (var length : List.of(0, 20, 65_536, 131_072, sealed.length - 1)) {
            assertBrokenStream(() -> open(Arrays.copyOf(sealed, length), "acme", REQUEST, "part", KEY));
        }
    }

    @Test
    void trouble_of_the_disk_is_not_taken_for_a_broken_seal() throws IOException {
        var broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("disk");
            }
        };
        try (var opening = sealer.opening("acme", REQUEST, "part", KEY, broken)) {
            assertThatThrownBy(opening::read).isInstanceOf(IOException.class).hasMessage("disk");
        }
    }

    private byte[] seal(byte[] plain) throws IOException {
        var sealed = new ByteArrayOutputStream();
        try (var out = sealer.sealing("acme", REQUEST, "part", KEY, sealed)) {
            out.write(plain);
        }
        return sealed.toByteArray();
    }

    private byte[] open(byte[] sealed, String controller, UUID request, String field, UUID key) throws IOException {
        try (var in = sealer.opening(controller, request, field, key, new ByteArrayInputStream(sealed))) {
            return in.readAllBytes();
        }
    }

    private static byte[] random(int length) {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static void assertBroken(org.assertj.core.api.ThrowableAssert.ThrowingCallable open) {
        assertThatThrownBy(open).isInstanceOf(SealBrokenException.class).hasNoCause();
    }

    private static void assertBrokenStream(org.assertj.core.api.ThrowableAssert.ThrowingCallable open) {
        assertThatThrownBy(open).isInstanceOf(IOException.class).hasRootCauseInstanceOf(SealBrokenException.class);
    }
}
