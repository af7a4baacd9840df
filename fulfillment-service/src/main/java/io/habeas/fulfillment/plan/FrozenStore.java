// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.plan;

import io.habeas.connector.Subject;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.SealedField;
import io.habeas.fulfillment.plan.Frozen.Chunk;
import io.habeas.fulfillment.plan.Frozen.Keys;
import io.habeas.fulfillment.plan.Frozen.Predicate;
import io.habeas.sealeddata.Sealer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Predicates and frozen keys in our own database, each row sealed for its place. */
public final class FrozenStore {

    private static final String COLUMNS =
            "task_id, collection, number, rank, selector, sweep, to_do, kept, done, key_id, sealed";

    private final JdbcClient jdbc;
    private final Sealer sealer;

    public FrozenStore(JdbcClient jdbc, Sealer sealer) {
        this.jdbc = jdbc;
        this.sealer = sealer;
    }

    /** What is sealed where, so that no row opens in the place of another. */
    private static String place(String what, UUID taskId, String collection, int number) {
        var named = UUID.nameUUIDFromBytes(collection.getBytes(StandardCharsets.UTF_8));
        return what + "/" + taskId + "/" + named + "/" + number;
    }

    List<Identifier> proved(Order order) {
        return order.proved(sealer);
    }

    /** Seals outside of any transaction: the key may have to be fetched first. */
    SealedField seal(Order order, UUID taskId, String collection, int number, Subject subject) {
        return sealer.seal(
                order.controller(),
                order.requestId(),
                place("selector", taskId, collection, number),
                order.caseKey(),
                Predicate.of(subject));
    }

    void addSelector(UUID taskId, String collection, int number, SealedField sealed) {
        jdbc.sql("""
                        insert into selector (task_id, collection, number, key_id, sealed)
                        values (:task, :collection, :number, :key, :sealed)""")
                .param("task", taskId)
                .param("collection", collection)
                .param("number", number)
                .param("key", sealed.key())
                .param("sealed", sealed.ciphertext())
                .update();
    }

    /** How many predicates lead to a collection; they are numbered from 0. */
    public int selectors(UUID taskId, String collection) {
        return jdbc.sql("select count(*) from selector where task_id = :task and collection = :collection")
                .param("task", taskId)
                .param("collection", collection)
                .query(Integer.class)
                .single();
    }

    public Subject selector(Order order, UUID taskId, String collection, int number) {
        var sealed = jdbc.sql("""
                        select key_id, sealed from selector
                         where task_id = :task and collection = :collection and number = :number""")
                .param("task", taskId)
                .param("collection", collection)
                .param("number", number)
                .query((row, _) -> new SealedField(row.getObject(1, UUID.class), row.getString(2)))
                .single();
        return sealer.open(
                        order.controller(),
                        order.requestId(),
                        place("selector", taskId, collection, number),
                        sealed,
                        Predicate.class)
                .subject();
    }

    /** As with a predicate. */
    SealedField seal(Order order, UUID taskId, String collection, int number, Keys keys) {
        return sealer.seal(
                order.controller(),
                order.requestId(),
                place("keys", taskId, collection, number),
                order.caseKey(),
                keys);
    }

    void addChunk(
            UUID taskId,
            String collection,
            int number,
            int rank,
            int selector,
            int sweep,
            Keys keys,
            SealedField sealed) {
        jdbc.sql("""
                        insert into chunk (task_id, collection, number, rank, selector, sweep, key_id, sealed, to_do, kept)
                        values (:task, :collection, :number, :rank, :selector, :sweep, :key, :sealed, :to_do, :kept)""")
                .param("task", taskId)
                .param("collection", collection)
                .param("number", number)
                .param("rank", rank)
                .param("selector", selector)
                .param("sweep", sweep)
                .param("key", sealed.key())
                .param("sealed", sealed.ciphertext())
                .param("to_do", keys.toDo().size())
                .param("kept", keys.kept().size())
                .update();
        for (var group : keys.groups()) {
            long records = keys.keptBy(keys.groups().indexOf(group)).size();
            jdbc.sql("""
                            insert into planned_keep (task_id, collection, ground, until, records)
                            values (:task, :collection, :ground, :until, :records)
                            on conflict (task_id, collection, ground, until)
                            do update set records = planned_keep.records + excluded.records""")
                    .param("task", taskId)
                    .param("collection", collection)
                    .param("ground", group.ground())
                    .param("until", group.until(), java.sql.Types.DATE)
                    .param("records", records)
                    .update();
        }
    }

    /** Whether a later sweep has frozen something. */
    public boolean grown(UUID taskId) {
        return jdbc.sql("select exists (select from chunk where task_id = :task and sweep > 1)")
                .param("task", taskId)
                .query(Boolean.class)
                .single();
    }

    int nextNumber(UUID taskId, String collection) {
        return jdbc.sql(
                        "select coalesce(max(number), -1) + 1 from chunk where task_id = :task and collection = :collection")
                .param("task", taskId)
                .param("collection", collection)
                .query(Integer.class)
                .single();
    }

    public Keys open(Order order, Chunk chunk) {
        return sealer.open(
                order.controller(),
                order.requestId(),
                place("keys", chunk.taskId(), chunk.collection(), chunk.number()),
                new SealedField(chunk.keyId(), chunk.sealed()),
                Keys.class);
    }

    /** The chunk of a collection that follows a number; -1 for the first. */
    public Optional<Chunk> next(UUID taskId, String collection, int after) {
        return jdbc.sql("select " + COLUMNS + """
                           from chunk where task_id = :task and collection = :collection and number > :after
                         order by number limit 1""")
                .param("task", taskId)
                .param("collection", collection)
                .param("after", after)
                .query((row, _) -> chunk(row))
                .optional();
    }

    /** The next chunk that is not done. */
    public Optional<Chunk> nextToDo(UUID taskId, boolean childrenFirst) {
        return jdbc.sql("select " + COLUMNS + " from chunk where task_id = :task and not done order by rank "
                        + (childrenFirst ? "desc" : "asc") + ", collection, number limit 1")
                .param("task", taskId)
                .query((row, _) -> chunk(row))
                .optional();
    }

    public List<String> collections(UUID taskId) {
        return jdbc.sql("select distinct collection from selector where task_id = :task order by 1")
                .param("task", taskId)
                .query(String.class)
                .list();
    }

    private static Chunk chunk(ResultSet row) throws SQLException {
        return new Chunk(
                row.getObject("task_id", UUID.class),
                row.getString("collection"),
                row.getInt("number"),
                row.getInt("rank"),
                row.getInt("selector"),
                row.getInt("sweep"),
                row.getInt("to_do"),
                row.getInt("kept"),
                row.getBoolean("done"),
                row.getObject("key_id", UUID.class),
                row.getString("sealed"));
    }
}
