// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.datamap;

import static io.habeas.contracts.FulfillmentAnnouncement.dataMapsOf;

import io.habeas.contracts.FulfillmentAnnouncement;
import io.habeas.contracts.FulfillmentAnnouncement.DataMapApproved;
import io.habeas.contracts.FulfillmentAnnouncement.DataMapProposed;
import io.habeas.fulfillment.worker.Transactions;
import io.habeas.messaging.Announcements;
import io.habeas.messaging.Cause;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Data maps as they were proposed by one person and approved by another; none of them is ever forgotten. */
public final class DataMapChanges {

    /** How a change stands. */
    public enum State {
        PROPOSED,
        /** Approved, and the one that new plans are made from. */
        IN_FORCE,
        /** Was in force until another was approved. */
        REPLACED,
        /** Never approved, and the map that it was to replace is not there any more. */
        OVERTAKEN
    }

    /**
     * @param version of the text of the map
     * @param base the version that it is to replace; absent where there was none
     * @param proposedBy opaque, as {@code approvedBy}
     * @param endedAt when it was replaced or overtaken; legal time, as all of these
     */
    public record Change(
            UUID changeId,
            String version,
            State state,
            @Nullable String base,
            String proposedBy,
            Instant proposedAt,
            @Nullable String approvedBy,
            @Nullable Instant approvedAt,
            @Nullable Instant endedAt) {}

    /** Why a change can not be approved. */
    public enum Refusal {
        NOT_PROPOSED,
        OWN_PROPOSAL,
        BASE_REPLACED
    }

    /** What an approval came to: the change as it stands now, or why not. */
    public sealed interface Decision {
        record Approved(Change change) implements Decision {}

        record Refused(Refusal why) implements Decision {}
    }

    private static final String COLUMNS =
            "change_id, version, state, base, proposed_by, proposed_at, approved_by, approved_at, ended_at";

    private final JdbcClient jdbc;
    private final Transactions transactions;
    private final DataMaps maps;
    private final Announcements announcements;
    private final MapsInEffect effect;

    public DataMapChanges(
            JdbcClient jdbc,
            Transactions transactions,
            DataMaps maps,
            Announcements announcements,
            MapsInEffect effect) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.maps = maps;
        this.announcements = announcements;
        this.effect = effect;
    }

    /** Keeps a proposal; the same text that is proposed already stays the proposal of whoever came first. */
    public Change propose(String controller, String content, String actor, Instant now) {
        var version = DataMapLoader.versionOf(content);
        return transactions.call(() -> {
            maps.lock(controller);
            var open = proposed(controller, version);
            if (open.isPresent()) {
                return open.get();
            }
            var id = UUID.randomUUID();
            var base = maps.versionInForce(controller).orElse(null);
            jdbc.sql("""
                            insert into data_map_change (change_id, controller, version, content, base, state, proposed_by, proposed_at)
                            values (:id, :controller, :version, :content, :base, 'PROPOSED', :actor, :now)""")
                    .param("id", id)
                    .param("controller", controller)
                    .param("version", version)
                    .param("content", content)
                    .param("base", base, Types.VARCHAR)
                    .param("actor", actor)
                    .param("now", Timestamp.from(now))
                    .update();
            announce(new DataMapProposed(dataMapsOf(controller), version, base), controller, actor, version);
            return one(id);
        });
    }

    /** The text that waits for an approval under that version. */
    public Optional<String> content(String controller, String version) {
        return jdbc.sql("""
                        select content from data_map_change
                         where controller = :controller and version = :version and state = 'PROPOSED'""")
                .param("controller", controller)
                .param("version", version)
                .query(String.class)
                .optional();
    }

    /** The text of a version, whatever became of it. */
    public Optional<String> anyContent(String controller, String version) {
        return jdbc.sql("""
                        select content from data_map_change where controller = :controller and version = :version
                        union all
                        select content from data_map_version where controller = :controller and version = :version
                         limit 1""")
                .param("controller", controller)
                .param("version", version)
                .query(String.class)
                .optional();
    }

    /** Newest first. */
    public List<Change> all(String controller) {
        return jdbc.sql(
                        "select " + COLUMNS
                                + " from data_map_change where controller = :controller order by proposed_at desc, change_id desc")
                .param("controller", controller)
                .query((row, _) -> change(row))
                .list();
    }

    /**
     * Puts a proposal in force, unless the same person proposed it. A repeat by the one who approved it changes nothing.
     *
     * @param actor opaque
     */
    public Decision approve(String controller, String version, String actor, Instant now) {
        return transactions.call(() -> {
            maps.lock(controller);
            var open = proposed(controller, version);
            if (open.isEmpty()) {
                return again(controller, version, actor);
            }
            var change = open.get();
            if (change.proposedBy().equals(actor)) {
                return new Decision.Refused(Refusal.OWN_PROPOSAL);
            }
            if (!Objects.equals(change.base(), maps.versionInForce(controller).orElse(null))) {
                return new Decision.Refused(Refusal.BASE_REPLACED);
            }
            jdbc.sql("""
                            update data_map_change set state = 'REPLACED', ended_at = :now
                             where controller = :controller and state = 'IN_FORCE'""")
                    .param("now", Timestamp.from(now))
                    .param("controller", controller)
                    .update();
            jdbc.sql("""
                            update data_map_change set state = 'IN_FORCE', approved_by = :actor, approved_at = :now
                             where change_id = :id""")
                    .param("actor", actor)
                    .param("now", Timestamp.from(now))
                    .param("id", change.changeId())
                    .update();
            jdbc.sql("""
                            update data_map_change set state = 'OVERTAKEN', ended_at = :now
                             where controller = :controller and state = 'PROPOSED'""")
                    .param("now", Timestamp.from(now))
                    .param("controller", controller)
                    .update();
            announce(new DataMapApproved(dataMapsOf(controller), version, change.base()), controller, actor, version);
            effect.approved(controller);
            return new Decision.Approved(one(change.changeId()));
        });
    }

    /** For the audit log, whose entries have no payload: the rule says which version. */
    private void announce(FulfillmentAnnouncement announcement, String controller, String actor, String version) {
        announcements.announce(announcement, new Cause(null, controller, actor, "data-map@" + version));
    }

    private Decision again(String controller, String version, String actor) {
        return all(controller).stream()
                .filter(it ->
                        it.state() == State.IN_FORCE && it.version().equals(version) && actor.equals(it.approvedBy()))
                .findFirst()
                .<Decision>map(Decision.Approved::new)
                .orElseGet(() -> new Decision.Refused(Refusal.NOT_PROPOSED));
    }

    private Optional<Change> proposed(String controller, String version) {
        return jdbc.sql(
                        "select " + COLUMNS
                                + " from data_map_change where controller = :controller and version = :version and state = 'PROPOSED'")
                .param("controller", controller)
                .param("version", version)
                .query((row, _) -> change(row))
                .optional();
    }

    private Change one(UUID id) {
        return jdbc.sql("select " + COLUMNS + " from data_map_change where change_id = :id")
                .param("id", id)
                .query((row, _) -> change(row))
                .single();
    }

    private static Change change(ResultSet row) throws SQLException {
        return new Change(
                row.getObject("change_id", UUID.class),
                row.getString("version"),
                State.valueOf(row.getString("state")),
                row.getString("base"),
                row.getString("proposed_by"),
                row.getTimestamp("proposed_at").toInstant(),
                row.getString("approved_by"),
                instant(row, "approved_at"),
                instant(row, "ended_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }
}
