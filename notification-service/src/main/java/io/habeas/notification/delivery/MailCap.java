// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import io.habeas.sealeddata.Hmac;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Keeps anybody from flooding a mailbox by filing requests in its name. In 24 hours a mailbox gets from one controller a number of
 * codes before the proof, a quarter of which is kept for codes that are asked for again; half as many letters to an address that
 * was merely claimed, and half as many answers to it that a machine gives; as many that staff cause to be written to it; and as many
 * to a proved address. Where all room for codes is taken, one more letter with codes goes an hour after the last one, and carries
 * all codes that wait: so no stranger can make a code wait until it is worth nothing. Each sort is counted by itself and for each
 * controller, so that nothing a stranger does holds back what staff write or a code that is asked for after the proof, and the door
 * of one controller closes none at another.
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
    boolean admits(MailAddress to, String controller, UUID letterId, Standing standing) {
        var recipient = hmac.digest("recipient", to.mailbox().getBytes(StandardCharsets.UTF_8));
        jdbc.sql("select pg_advisory_xact_lock(:lock)")
                .param("lock", ByteBuffer.wrap(recipient).getLong())
                .query((_, _) -> true)
                .single();
        boolean admitted =
                switch (standing) {
                    case CLAIMED, ANSWERED -> count(recipient, controller, letterId, standing) < limit / 2;
                    case ON_FILE ->
                        count(recipient, controller, letterId, CODES) < limit - reserve()
                                || rested(recipient, controller, letterId);
                    case ASKED_AGAIN ->
                        count(recipient, controller, letterId, CODES) < limit
                                || rested(recipient, controller, letterId);
                    case BY_STAFF, PROVED -> count(recipient, controller, letterId, standing) < limit;
                };
        if (admitted) {
            jdbc.sql("""
                    insert into mailed (recipient, controller, letter_id, standing)
                    values (:recipient, :controller, :letter, :standing)
                    on conflict (recipient, letter_id) do nothing
                    """)
                    .param("recipient", recipient)
                    .param("controller", controller)
                    .param("letter", letterId)
                    .param("standing", standing.name())
                    .update();
        }
        return admitted;
    }

    /** Whether there was no letter with codes for an hour. */
    private boolean rested(byte[] recipient, String controller, UUID except) {
        return jdbc.sql("""
                select not exists (
                    select 1 from mailed
                     where recipient = :recipient and controller = :controller and standing in (:standings)
                       and letter_id <> :except and mailed_at > now() - interval '1 hour')
                """)
                .param("recipient", recipient)
                .param("controller", controller)
                .param("standings", Arrays.stream(CODES).map(Standing::name).toList())
                .param("except", except)
                .query(Boolean.class)
                .single();
    }

    /** What is the same for the very same address alone: whoever reads one way of writing a mailbox need not read another. */
    byte[] addressOf(MailAddress to) {
        return hmac.digest("address", to.asRecipient().getAddress().getBytes(StandardCharsets.UTF_8));
    }

    private int reserve() {
        return Math.max(1, limit / 4);
    }

    private long count(byte[] recipient, String controller, UUID except, Standing... standings) {
        return jdbc.sql("""
                select count(*) from mailed
                 where recipient = :recipient and controller = :controller and standing in (:standings) and letter_id <> :except
                   and mailed_at > now() - interval '24 hours'
                """)
                .param("recipient", recipient)
                .param("controller", controller)
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
