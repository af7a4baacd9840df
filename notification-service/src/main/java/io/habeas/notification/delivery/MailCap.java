// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import io.habeas.sealeddata.Hmac;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Keeps anybody from flooding a mailbox by filing requests in its name. In 24 hours a mailbox gets a number of letters to
 * addresses that were not proved, of which those to an address that was merely claimed take at most half: what strangers
 * cause leaves room for codes. Letters to a proved address have the same number for themselves, so that nothing a stranger does
 * holds back an answer.
 */
class MailCap {

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
        var claimed = count(recipient, letterId, Standing.CLAIMED);
        var onFile = count(recipient, letterId, Standing.ON_FILE);
        boolean admitted =
                switch (standing) {
                    case CLAIMED -> claimed < limit / 2 && claimed + onFile < limit;
                    case ON_FILE -> claimed + onFile < limit;
                    case PROVED -> count(recipient, letterId, Standing.PROVED) < limit;
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

    private long count(byte[] recipient, UUID except, Standing standing) {
        return jdbc.sql("""
                select count(*) from mailed
                 where recipient = :recipient and standing = :standing and letter_id <> :except
                   and mailed_at > now() - interval '24 hours'
                """)
                .param("recipient", recipient)
                .param("standing", standing.name())
                .param("except", except)
                .query(Long.class)
                .single();
    }

    void forgetOld() {
        jdbc.sql("delete from mailed where mailed_at < now() - interval '25 hours'")
                .update();
    }
}
