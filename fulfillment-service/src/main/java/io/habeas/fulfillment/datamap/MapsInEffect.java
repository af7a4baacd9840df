// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.datamap;

import static io.habeas.contracts.ControllerAnnouncement.dataMapOf;

import io.habeas.contracts.ControllerAnnouncement.Came;
import io.habeas.contracts.ControllerAnnouncement.DataMapTookEffect;
import io.habeas.contracts.ControllerAnnouncement.MappedCollection;
import io.habeas.contracts.ControllerAnnouncement.MappedField;
import io.habeas.fulfillment.worker.Transactions;
import io.habeas.messaging.Announcements;
import io.habeas.messaging.Cause;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionException;

/**
 * Tells the others, and the audit log, which data map of a controller counts: once each time that another one begins to, however it came and
 * however many copies of the service see it. No plan is made from a map that was not told of.
 */
public final class MapsInEffect {

    private static final Logger LOG = LoggerFactory.getLogger(MapsInEffect.class);
    private static final String OF_A_FILE = "service:fulfillment";

    /** What was told last. */
    private record Told(String version, long generation) {}

    /** An approval that is in force. */
    private record Approval(String actor, Instant at) {}

    private final JdbcClient jdbc;
    private final Transactions transactions;
    private final DataMaps maps;
    private final Announcements announcements;
    private final InstantSource legalTime;
    private final long generation;
    /** Versions that this copy has seen to be told, so that a copy whose file is behind for a moment does not tell the older one again. */
    private final Map<String, String> seen = new ConcurrentHashMap<>();

    /** @param generation of the journal: a restored database has forgotten what it told */
    public MapsInEffect(
            JdbcClient jdbc,
            Transactions transactions,
            DataMaps maps,
            Announcements announcements,
            InstantSource legalTime,
            long generation) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.maps = maps;
        this.announcements = announcements;
        this.legalTime = legalTime;
        this.generation = generation;
    }

    /** Looks at the maps of all controllers. One that is refused takes no effect, and keeps none of the others from it. */
    public void look() {
        for (var controller : maps.controllers()) {
            try {
                maps.versionInForce(controller).ifPresent(version -> notice(controller, version));
            } catch (DataAccessResourceFailureException | TransientDataAccessException | TransactionException away) {
                // that concerns them all
                throw away;
            } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError failed) {
                LOG.atWarn()
                        .addKeyValue("controller", controller)
                        .addKeyValue("failure", failed.getClass().getName())
                        .log("a data map could not be told");
            }
        }
    }

    /** The map of that version is about to be used, or was found. */
    public void notice(String controller, String version) {
        if (!version.equals(seen.get(controller)) && transactions.call(() -> tellIfNew(controller))) {
            seen.put(controller, version);
        }
    }

    /** In the transaction by which it takes effect, so that the one is never without the other. */
    void approved(String controller) {
        tellIfNew(controller);
    }

    /** @return whether a map is in effect */
    private boolean tellIfNew(String controller) {
        maps.lock(controller);
        var map = loaded(controller);
        map.ifPresent(it -> {
            var before = told(controller).orElse(null);
            if (before == null || !before.equals(new Told(it.version(), generation))) {
                tell(it, before == null ? null : before.version());
            }
        });
        return map.isPresent();
    }

    private Optional<DataMap> loaded(String controller) {
        try {
            return Optional.of(maps.current(controller));
        } catch (NoSuchElementException | DataMapException noneOrRefused) {
            return Optional.empty();
        }
    }

    private Optional<Told> told(String controller) {
        return jdbc.sql("select version, generation from data_map_in_effect where controller = :controller")
                .param("controller", controller)
                .query((row, _) -> new Told(row.getString(1), row.getLong(2)))
                .optional();
    }

    private void tell(DataMap map, @Nullable String before) {
        var approval = approval(map);
        var since = approval.map(Approval::at).orElseGet(legalTime::instant);
        jdbc.sql("""
                        insert into data_map_in_effect (controller, version, generation, since)
                        values (:controller, :version, :generation, :since)
                        on conflict (controller) do update
                            set version = excluded.version, generation = excluded.generation, since = excluded.since""")
                .param("controller", map.controller())
                .param("version", map.version())
                .param("generation", generation)
                .param("since", Timestamp.from(since))
                .update();
        announcements.announce(
                new DataMapTookEffect(
                        dataMapOf(map.controller()),
                        map.version(),
                        approval.isPresent() ? Came.APPROVAL : Came.FILE,
                        before == null || before.equals(map.version()) ? null : before,
                        since,
                        collections(map)),
                new Cause(
                        null,
                        map.controller(),
                        approval.map(Approval::actor).orElse(OF_A_FILE),
                        // for the audit log, whose entries have no payload
                        "data-map@" + map.version()));
        LOG.atInfo()
                .addKeyValue("controller", map.controller())
                .addKeyValue("version", map.version())
                .log("a data map took effect");
    }

    private Optional<Approval> approval(DataMap map) {
        return jdbc.sql("""
                        select approved_by, approved_at from data_map_change
                         where controller = :controller and version = :version and state = 'IN_FORCE'""")
                .param("controller", map.controller())
                .param("version", map.version())
                .query((row, _) ->
                        new Approval(row.getString(1), row.getTimestamp(2).toInstant()))
                .optional();
    }

    private static List<MappedCollection> collections(DataMap map) {
        return map.collections()
                .map(it -> new MappedCollection(it.store(), it.name(), fields(it)))
                .toList();
    }

    private static List<MappedField> fields(DataMap.Collection collection) {
        return collection.fields().entrySet().stream()
                .map(it -> new MappedField(
                        it.getKey(), it.getValue().category(), it.getValue().mayBeDisclosed()))
                .toList();
    }
}
