// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.limits;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which requests belong to one person, by the keyed hash of each proved identifier, for as long as a policy counts them. What became of
 * each the journal says. It can be deleted for ever; rows whose request still has its keys can be made again.
 */
final class CountedTable {

    private final JdbcClient jdbc;

    CountedTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Keeps others who count for the same person waiting until the end of this transaction: the second then sees the first. */
    void lock(String controller, Collection<String> persons) {
        persons.stream()
                .map(person -> lockOf(controller, person))
                .distinct()
                .sorted()
                .forEach(lock -> jdbc.sql("select pg_advisory_xact_lock(?)")
                        .param(lock)
                        .query((_, _) -> lock)
                        .list());
    }

    void put(String controller, String person, UUID requestId, Instant keptUntil) {
        jdbc.sql("insert into counted_request (controller, person, request_id, kept_until) values (?, ?, ?, ?)"
                        + " on conflict (controller, person, request_id) do update"
                        + " set kept_until = greatest(counted_request.kept_until, excluded.kept_until)")
                .param(controller)
                .param(person)
                .param(requestId)
                .param(keptUntil.atOffset(ZoneOffset.UTC))
                .update();
    }

    List<UUID> of(String controller, Collection<String> persons) {
        return jdbc.sql("select distinct request_id from counted_request where controller = ? and person = any(?)")
                .param(controller)
                .param(persons.toArray(String[]::new))
                .query(UUID.class)
                .list();
    }

    /** Whoever is counted no more is forgotten. @return how many rows */
    int forget(Instant now) {
        return jdbc.sql("delete from counted_request where kept_until < ?")
                .param(now.atOffset(ZoneOffset.UTC))
                .update();
    }

    /** Whether it holds every request that can be in it; not while it is made again. */
    boolean isWhole() {
        return jdbc.sql("select whole from counted_table").query(Boolean.class).single();
    }

    void isWholeAgain() {
        jdbc.sql("update counted_table set whole = true").update();
    }

    private static long lockOf(String controller, String person) {
        try {
            var text = "counted|" + controller + "|" + person;
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this JVM lacks SHA-256", missing);
        }
    }
}
