// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import io.habeas.sealeddata.Hmac;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Keeps anybody from flooding a mailbox by filing requests in its name. In 24 hours a mailbox gets a number of codes before the
 * proof, a quarter of which is kept for codes that are asked for again; half as many letters to an address that was merely
 * claimed; and as many to a proved address. Each sort is counted by itself, so that nothing a stranger does holds back an answer
 * or a code that is asked for after the proof.
 */
class MailCap {

    private static final Standing[] CODES = {Standing.ON_FILE, Standing.ASKED_AGAIN};

    private final JdbcClient jdbc;
    private final Hmac hmac;
    private final int limit;

    MailCap(JdbcClient jdbc, Hmac hmac, int limit) {
        this.jdbc = jdbc;
        this.hmac = hmac;
        this.limit = limit;
    }

    /** Counts the letter, once however often it is tried. To be called in a transaction. @return whether it may go now */
    boolean admits(MailAddress to, UUID letterId, Standing standing) {
        var recipient = hmac.digest("recipient", to.mailbox().getBytes(StandardCharsets.UTF_8));
        jdbc.sql("select pg_advisory_xact_lock(:lock)")
                .param("lock", ByteBuffer.wrap(recipient).getLong())
                .query((_, _) -> true)
                .single();
        boolean admitted =
                switch (standing) {
                    case CLAIMED -> count(recipient, letterId, standing) < limit / 2;
                    case ON_FILE -> count(recipient, letterId, CODES) < limit - reserve();
                    case ASKED_AGAIN -> count(recipient, letterId, CODES) < limit;
                    case PROVED -> count(recipient, letterId, standing) < limit;
                };
        if (admitted) {
            jdbc.sql("""
                    insert into mailed (recipient, letter_id, standing) values (:recipient, :letter, :standing)
                    on conflict (recipient, letter_id) do nothing
                    """)
                    .param("recipient", recipient)
                    .param("letter", letterId)
                    .param("standing", standing.name())
                    .update();
        }
        return admitted;
    }

    private int reserve() {
        return Math.max(1, limit / 4);
    }

    private long count(byte[] recipient, UUID except, Standing... standings) {
        return jdbc.sql("""
                select count(*) from mailed
                 where recipient = :recipient and standing in (:standings) and letter_id <> :except
                   and mailed_at > now() - interval '24 hours'
                """)
                .param("recipient", recipient)
                .param("standings", Arrays.stream(standings).map(Standing::name).toList())
                .param("except", except)
                .query(Long.class)
                .single();
    }

    void forgetOld() {
        jdbc.sql("delete from mailed where mailed_at < now() - interval '25 hours'")
                .update();
    }
}
