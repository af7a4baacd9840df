// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.KeyClass;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AuditCommitmentTest {

    private static final UUID EVENT = UUID.fromString("019200aa-0000-7000-8000-000000000001");
    private static final byte[] DIGEST = filled(7);

    private static byte[] filled(int value) {
        var bytes = new byte[32];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static DataKey key(int value) {
        return new DataKey(new UUID(0, value), KeyClass.CASE, filled(value));
    }

    @Test
    void it_depends_on_the_key_the_event_and_the_payload() {
        var commitment = key(1).auditCommitment(EVENT, DIGEST);

        assertThat(commitment).hasSize(32).isEqualTo(key(1).auditCommitment(EVENT, DIGEST));
        assertThat(commitment)
                .isNotEqualTo(key(2).auditCommitment(EVENT, DIGEST))
                .isNotEqualTo(key(1).auditCommitment(UUID.randomUUID(), DIGEST))
                .isNotEqualTo(key(1).auditCommitment(EVENT, filled(8)));
    }

    @Test
    void it_is_the_same_for_ever_since_the_log_holds_it() {
        assertThat(HexFormat.of().formatHex(key(1).auditCommitment(EVENT, DIGEST)))
                .isEqualTo("2c2e0bce9beed72bd240e6b3f4fa11340edd42e6eeec84126cc588d286558dab");
    }
}
