// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import io.habeas.contracts.Stance;
import io.habeas.contracts.StandingOrigin;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What holds now, by the keyed hash of one identifier; and who has taken the first of two steps. The journal has the facts without the hashes,
 * so that this can be deleted for ever, or made again while the keys of the facts live.
 */
final class StandingTable {

    private static final String COLUMNS =
            "fact, use, channel, stance, origin, since, ask_again_from, never_ask_again, rule";

    /** A first step that waits for the second. @param person keyed hash */
    record Pending(UUID fact, UUID optIn, String person, Instant until) {}

    /** A key that has nothing left to keep. */
    record Spent(UUID fact, String controller) {}

    private static final Duration A_MOMENT = Duration.ofSeconds(2);

    private final JdbcClient jdbc;

    StandingTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Keeps others who speak about the same identifiers waiting until the end of this transaction. Comes before its first write: whoever
     * waited is then younger in the feed, too, and what the feed says last is what stands here.
     */
    void lock(String controller, Collection<String> persons) {
        persons.stream()
                .map(person -> lockOf(controller, person))
                .distinct()
                .sorted()
                .forEach(lock -> jdbc.sql("select pg_advisory_xact_lock(?)")
                        .param(lock)
                        .query((row, number) -> lock)
                        .list());
    }

    List<Fact> inForce(String controller, Collection<String> persons) {
        return jdbc.sql("select " + COLUMNS + " from standing where controller = ? and person = any(?)")
                .param(controller)
                .param(persons.toArray(String[]::new))
                .query(StandingTable::fact)
                .list();
    }

    /** Those of these facts that stand. */
    List<Fact> standing(Collection<UUID> facts) {
        return jdbc.sql("select " + COLUMNS + " from standing where fact = any(?)")
                .param(facts.toArray(UUID[]::new))
                .query(StandingTable::fact)
                .list();
    }

    /** Keyed hashes of those about whom these facts are, where they stand. */
    List<String> personsOf(Collection<UUID> facts) {
        return jdbc.sql("select distinct person from standing where fact = any(?)")
                .param(facts.toArray(UUID[]::new))
                .query(String.class)
                .list();
    }

    void put(String controller, String person, Fact fact) {
        jdbc.sql("insert into standing (controller, person, " + COLUMNS + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .param(controller)
                .param(person)
                .param(fact.id())
                .param(fact.use())
                .param(channel(fact.channel()))
                .param(fact.stance().name())
                .param(fact.origin().name())
                .param(timestamp(fact.since()))
                .param(fact.askAgainFrom() == null ? null : timestamp(fact.askAgainFrom()))
                .param(fact.neverAskAgain())
                .param(fact.rule())
                .update();
    }

    void remove(UUID fact) {
        jdbc.sql("delete from standing where fact = ?").param(fact).update();
    }

    void await(String controller, Pending pending) {
        jdbc.sql("insert into standing_opt_in (fact, opt_in, controller, person, until) values (?, ?, ?, ?, ?)")
                .param(pending.fact())
                .param(pending.optIn())
                .param(controller)
                .param(pending.person())
                .param(timestamp(pending.until()))
                .update();
    }

    List<Pending> pending(String controller, UUID optIn) {
        return jdbc.sql("select fact, opt_in, person, until from standing_opt_in where controller = ? and opt_in = ?")
                .param(controller)
                .param(optIn)
                .query(StandingTable::pending)
                .list();
    }

    /** Of any controller; the row stays locked. */
    Optional<Pending> lapsed(Instant now) {
        return jdbc.sql("""
                        select fact, opt_in, person, until from standing_opt_in where until < ?
                         order by until limit 1 for update skip locked""").param(timestamp(now)).query(StandingTable::pending).optional();
    }

    String controllerOf(Pending pending) {
        return jdbc.sql("select controller from standing_opt_in where fact = ?")
                .param(pending.fact())
                .query(String.class)
                .single();
    }

    void goOn(UUID fact) {
        jdbc.sql("delete from standing_opt_in where fact = ?").param(fact).update();
    }

    /** The key of that fact is to be destroyed. */
    void spend(Spent spent) {
        jdbc.sql("insert into standing_key (fact, controller) values (?, ?) on conflict (fact) do nothing")
                .param(spent.fact())
                .param(spent.controller())
                .update();
    }

    /** The row stays locked. */
    Optional<Spent> spent() {
        return jdbc.sql("select fact, controller from standing_key limit 1 for update skip locked")
                .query((row, number) -> new Spent(row.getObject("fact", UUID.class), row.getString("controller")))
                .optional();
    }

    void destroyed(Spent spent) {
        jdbc.sql("delete from standing_key where fact = ?").param(spent.fact()).update();
    }

    /** Whether the table says all that the journal says; not while it is made again. */
    boolean isWhole() {
        return jdbc.sql("select whole from standing_table").query(Boolean.class).single();
    }

    /**
     * Empties it, and keeps everybody else from writing until the end of the transaction.
     *
     * @return whether it can be made again now: it is to be, and the feed shows everything that was committed
     */
    boolean beginAgain() {
        jdbc.sql("lock table standing, standing_opt_in in exclusive mode").update();
        if (isWhole()) {
            return false;
        }
        boolean all = jdbc.sql("select pg_snapshot_xmin(pg_current_snapshot()) = pg_current_xact_id()")
                .query(Boolean.class)
                .single();
        if (all) {
            jdbc.sql("delete from standing").update();
            jdbc.sql("delete from standing_opt_in").update();
        }
        return all;
    }

    /** @throws ProblemException while it is made again: what ends by a new word may not be in it */
    void requireWhole() {
        if (!isWhole()) {
            throw new ProblemException(
                            Problem.UNAVAILABLE, "what stands is being put together again; come back in a moment")
                    .retryAfter(A_MOMENT);
        }
    }

    void isWholeAgain() {
        jdbc.sql("update standing_table set whole = true").update();
    }

    private static Fact fact(ResultSet row, int number) throws SQLException {
        var askAgainFrom = row.getObject("ask_again_from", OffsetDateTime.class);
        var channel = row.getString("channel");
        return new Fact(
                row.getObject("fact", UUID.class),
                row.getString("use"),
                channel.isEmpty() ? null : channel,
                Stance.valueOf(row.getString("stance")),
                StandingOrigin.valueOf(row.getString("origin")),
                row.getObject("since", OffsetDateTime.class).toInstant(),
                askAgainFrom == null ? null : askAgainFrom.toInstant(),
                row.getBoolean("never_ask_again"),
                row.getString("rule"));
    }

    private static Pending pending(ResultSet row, int number) throws SQLException {
        return new Pending(
                row.getObject("fact", UUID.class),
                row.getObject("opt_in", UUID.class),
                row.getString("person"),
                row.getObject("until", OffsetDateTime.class).toInstant());
    }

    private static String channel(@Nullable String channel) {
        return channel == null ? "" : channel;
    }

    private static OffsetDateTime timestamp(Instant moment) {
        return moment.atOffset(ZoneOffset.UTC);
    }

    private static long lockOf(String controller, String person) {
        try {
            var text = "standing|" + controller + "|" + person;
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this JVM lacks SHA-256", missing);
        }
    }
}
