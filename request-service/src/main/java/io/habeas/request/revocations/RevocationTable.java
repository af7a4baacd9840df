// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.revocations;

import io.habeas.service.Caller;
import io.habeas.service.LegalClock;
import io.habeas.service.Revocation;
import io.habeas.service.RevocationSource;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The list itself. What was noted longer ago than any token lives is left out, and deleted when the next one is noted. */
class RevocationTable implements RevocationSource {

    /** Above the life of a requester's token, and far above that of staff. */
    static final Duration KEPT = Duration.ofDays(200);

    private final JdbcClient jdbc;
    private final LegalClock clock;

    RevocationTable(JdbcClient jdbc, LegalClock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @Override
    public List<Revocation> fetch() {
        return jdbc.sql("select kind, subject, controller, revoked_at from revocation")
                .query(RevocationTable::revocation)
                .list();
    }

    Revocation revokeRequester(UUID request, String controller, String actor) {
        return note(Caller.Kind.REQUESTER, request.toString(), controller, actor, clock.instant());
    }

    Revocation revokeStaff(String subject, String controller, String actor) {
        var now =
                jdbc.sql("select clock_timestamp()").query(OffsetDateTime.class).single();
        return note(Caller.Kind.STAFF, subject, controller, actor, now.toInstant());
    }

    private Revocation note(Caller.Kind kind, String subject, String controller, String actor, Instant at) {
        jdbc.sql("delete from revocation where noted_at < clock_timestamp() - ? * interval '1 day'")
                .param(KEPT.toDays())
                .update();
        return jdbc.sql("""
                        insert into revocation (kind, subject, controller, revoked_at, actor) values (?, ?, ?, ?, ?)
                        on conflict (kind, subject, controller) do update
                           set revoked_at = greatest(revocation.revoked_at, excluded.revoked_at),
                               actor = excluded.actor, noted_at = clock_timestamp()
                        returning kind, subject, controller, revoked_at""")
                .param(kind.name())
                .param(subject)
                .param(controller)
                .param(at.atOffset(ZoneOffset.UTC))
                .param(actor)
                .query(RevocationTable::revocation)
                .single();
    }

    private static Revocation revocation(ResultSet row, int number) throws SQLException {
        return new Revocation(
                Caller.Kind.valueOf(row.getString("kind")),
                row.getString("subject"),
                row.getString("controller"),
                row.getObject("revoked_at", OffsetDateTime.class).toInstant());
    }
}
