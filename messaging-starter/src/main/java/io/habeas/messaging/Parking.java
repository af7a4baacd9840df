// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The table of parked messages. Its statements run in the caller's transaction, where there is one. */
final class Parking {

    static final String RECEIVER_FAILED = "receiver-failed";
    static final String HOLE = "hole";
    static final String FOLLOWS_PARKED = "follows-parked";
    static final String CONFLICT = "sequence-conflict";
    /** On the topic, and not in the journal of its producer: that was restored to a time before. */
    static final String LOST = "lost-in-a-restore";
    /** A person has to look, and what comes after goes on. */
    static final Set<String> HOLDS_NOTHING = Set.of(CONFLICT, LOST);

    /** Causes that may pass by themselves; what an upgrade cures is tried again more rarely. */
    private static final Set<String> MAY_PASS = Set.of(RECEIVER_FAILED, HOLE);

    private static final Set<String> CURED_BY_UPGRADE = Set.of("unknown-type", "unknown-revision");
    private static final Duration LONGEST = Duration.ofMinutes(15);
    /** For how long nobody else tries what somebody has claimed; who dies meanwhile holds it up no longer. To try it twice at a time does no harm. */
    private static final Duration CLAIM = Duration.ofMinutes(1);

    private static final int YOUNG = 5;
    private static final JsonMapper JSON = JsonMapper.shared();

    /** A row with the record itself. */
    record Parked(UUID id, Arrival arrival, String reason, int tries) {}

    private final JdbcClient jdbc;
    private final Duration redriveAfter;

    Parking(JdbcClient jdbc, Duration redriveAfter) {
        this.jdbc = jdbc;
        this.redriveAfter = redriveAfter;
    }

    /** The same record is parked once, however often it comes. */
    void add(Arrival arrival, String reason) {
        jdbc.sql("""
                insert into parked_message
                    (id, source, digest, record_key, request_id, sequence, headers, payload, controller, reason,
                     next_try_at)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, clock_timestamp() + ? * interval '1 millisecond')
                on conflict (source, digest) do nothing""")
                .param(JournalAnnouncements.uuidV7())
                .param(arrival.source())
                .param(arrival.digest())
                .param(arrival.key())
                .param(arrival.requestId())
                .param(arrival.sequence())
                .param(JSON.writeValueAsBytes(arrival.headers()))
                .param(arrival.payload())
                .param(arrival.controller())
                .param(reason)
                .param(pause(reason, 0))
                .update();
    }

    /** What holds the request back, in the order of the stream, then of parking; not what names no place in it. */
    List<Parked> ofRequest(String source, UUID request) {
        return jdbc.sql("""
                select id, source, record_key, headers, payload, reason, tries from parked_message
                 where source = ? and request_id = ? and sequence is not null order by sequence, number""")
                .params(List.of(source, request))
                .query((rows, number) -> parkedOf(rows))
                .list();
    }

    Optional<Parked> find(UUID id) {
        return jdbc.sql("""
                select id, source, record_key, headers, payload, reason, tries from parked_message where id = ?""").param(id).query((rows, number) -> parkedOf(rows)).optional();
    }

    void remove(UUID id) {
        jdbc.sql("delete from parked_message where id = ?").param(id).update();
    }

    /** What it followed is gone: its turn is now. */
    void callUp(UUID id) {
        jdbc.sql("update parked_message set next_try_at = clock_timestamp() where id = ?")
                .param(id)
                .update();
    }

    /** What has cured one message of a topic may have cured those that wait for the same kind of cause; not what was tried in vain again and again. */
    void callUpAlike(String source) {
        jdbc.sql("""
                update parked_message set next_try_at = clock_timestamp()
                 where source = ? and reason = any(?) and tries <= ? and next_try_at > clock_timestamp()""")
                .params(List.of(source, MAY_PASS.toArray(String[]::new), YOUNG))
                .update();
    }

    /** Calls up what follows something that is not there any more. */
    void callUpOrphans() {
        jdbc.sql("""
                update parked_message p set next_try_at = clock_timestamp()
                 where p.reason = ? and p.next_try_at is null
                   and not exists (select from parked_message b
                                    where b.source = p.source and b.request_id = p.request_id
                                      and (b.sequence, b.number) < (p.sequence, p.number))""").param(FOLLOWS_PARKED).update();
    }

    /** Notes that a redrive came to nothing, and why. */
    void triedInVain(Parked parked, String reason) {
        jdbc.sql("""
                update parked_message set tries = tries + 1, reason = ?,
                    next_try_at = clock_timestamp() + ? * interval '1 millisecond' where id = ?""")
                .param(reason)
                .param(pause(reason, parked.tries() + 1))
                .param(parked.id())
                .update();
    }

    /** Messages whose cause may have passed; claimed, so that no other copy takes them meanwhile. */
    List<UUID> claimDue(int limit) {
        return jdbc.sql("""
                update parked_message set next_try_at = clock_timestamp() + ? * interval '1 millisecond'
                 where id in (select id from parked_message where next_try_at <= clock_timestamp()
                               order by next_try_at limit ? for update skip locked)
                returning id""")
                .params(List.of(CLAIM.toMillis(), limit))
                .query(UUID.class)
                .list();
    }

    /** Not yet told on the topic of dead letters; no other copy takes them before the lease, in database time, has ended. */
    List<Parked> claimUntold(int limit, Duration lease) {
        return jdbc.sql("""
                with claimed as (
                    update parked_message set telling_until = clock_timestamp() + ? * interval '1 millisecond'
                     where id in (select id from parked_message
                                   where dead_letter_at is null
                                     and (telling_until is null or telling_until < clock_timestamp())
                                   order by number limit ? for update skip locked)
                    returning id, source, record_key, headers, payload, reason, tries, number)
                select id, source, record_key, headers, payload, reason, tries from claimed order by number""")
                .params(List.of(lease.toMillis(), limit))
                .query((rows, number) -> parkedOf(rows))
                .list();
    }

    void told(List<UUID> ids) {
        jdbc.sql("update parked_message set dead_letter_at = clock_timestamp() where id = any(?)")
                .param(ids.toArray(UUID[]::new))
                .update();
    }

    List<ParkedMessage> list(long after, int limit) {
        return jdbc.sql("""
                select id, number, source, request_id, sequence, headers, reason, parked_at, tries from parked_message
                 where number > ? order by number limit ?""")
                .params(List.of(after, limit))
                .query((rows, number) -> shownOf(rows))
                .list();
    }

    /** @param controllers as in {@link VisibleControllers} */
    List<ParkedMessage> list(long after, int limit, Set<String> controllers) {
        return jdbc.sql("""
                select id, number, source, request_id, sequence, headers, reason, parked_at, tries from parked_message
                 where number > ? and coalesce(controller, '*') = any(?) order by number limit ?""")
                .param(after)
                .param(controllers.toArray(String[]::new))
                .param(limit)
                .query((rows, number) -> shownOf(rows))
                .list();
    }

    boolean isOf(UUID id, Set<String> controllers) {
        return jdbc.sql(
                        "select exists (select from parked_message where id = ? and coalesce(controller, '*') = any(?))")
                .param(id)
                .param(controllers.toArray(String[]::new))
                .query(Boolean.class)
                .single();
    }

    long count() {
        return jdbc.sql("select count(*) from parked_message").query(Long.class).single();
    }

    private @Nullable Long pause(String reason, int tries) {
        if (CURED_BY_UPGRADE.contains(reason)) {
            return LONGEST.toMillis();
        }
        return MAY_PASS.contains(reason)
                ? Long.valueOf(Math.min(LONGEST.toMillis(), redriveAfter.toMillis() << Math.min(tries, 20)))
                : null;
    }

    private static Parked parkedOf(ResultSet rows) throws SQLException {
        var arrival = new Arrival(rows.getString(2), nullable(rows, 3), headers(rows.getBytes(4)), bytes(rows, 5));
        return new Parked(rows.getObject(1, UUID.class), arrival, rows.getString(6), rows.getInt(7));
    }

    private static ParkedMessage shownOf(ResultSet rows) throws SQLException {
        var type = headers(rows.getBytes(6)).get(WireEvent.TYPE);
        return new ParkedMessage(
                rows.getObject(1, UUID.class),
                rows.getLong(2),
                rows.getString(3),
                object(rows, 4, UUID.class),
                object(rows, 5, Long.class),
                type != null && type.matches("[a-z0-9.-]{1,80}") ? type : null,
                rows.getString(7),
                rows.getObject(8, OffsetDateTime.class).toInstant(),
                rows.getInt(9));
    }

    private static Map<String, String> headers(byte[] json) {
        return JSON.readValue(new String(json, StandardCharsets.UTF_8), new TypeReference<>() {});
    }

    private static @Nullable String nullable(ResultSet rows, int column) throws SQLException {
        return rows.getString(column);
    }

    private static byte @Nullable [] bytes(ResultSet rows, int column) throws SQLException {
        return rows.getBytes(column);
    }

    private static <T> @Nullable T object(ResultSet rows, int column, Class<T> type) throws SQLException {
        return rows.getObject(column, type);
    }
}
