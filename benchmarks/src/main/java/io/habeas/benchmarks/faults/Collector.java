// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import io.habeas.benchmarks.faults.Evidence.Asked;
import io.habeas.benchmarks.faults.Evidence.Outcome;
import io.habeas.benchmarks.faults.Evidence.Row;
import io.habeas.benchmarks.faults.Evidence.Shown;
import io.habeas.benchmarks.faults.Evidence.Taken;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Looks at the running suite from every side. */
final class Collector {

    private final Arena arena;
    private final Crowd crowd;
    private final Set<UUID> streamsBefore;

    /** Notes which requests are there already. */
    Collector(Arena arena, Crowd crowd) throws SQLException {
        this.arena = arena;
        this.crowd = crowd;
        this.streamsBefore = streams();
    }

    private Set<UUID> streams() throws SQLException {
        var found = new HashSet<UUID>();
        try (var connection = arena.database("habeas_request");
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select distinct stream from event")) {
            while (rows.next()) {
                found.add(rows.getObject(1, UUID.class));
            }
        }
        return found;
    }

    /** @param log what the verifier said, once everything else fits */
    Evidence look(Evidence.@Nullable Verdict log) throws Exception {
        arena.mails().look();
        var requests = streams();
        requests.removeAll(streamsBefore);
        var asked = new ArrayList<Asked>();
        var shown = new HashMap<UUID, Shown>();
        for (var journey : crowd.journeys()) {
            var accepted = journey.isAccepted() ? journey.requestId() : null;
            asked.add(new Asked(
                    journey.key(),
                    journey.wish(),
                    accepted,
                    accepted == null ? null : journey.reference(),
                    journey.heldBefore(),
                    arena.shop().erasable(journey.person(), journey.begun()),
                    journey.keptBefore(),
                    arena.shop().kept(journey.person(), journey.begun())));
            if (accepted != null) {
                requests.add(accepted);
                shown.put(accepted, shown(journey.status()));
            }
        }
        var journal = journal(requests);
        var records = arena.topics().readOn();
        return new Evidence(
                arena.ledger().entries(crowd.ledgerBefore()),
                asked,
                shown,
                journal,
                Topics.about(records, requests),
                Topics.trail(records),
                logged(requests),
                inbox(requests),
                log,
                leaks(records));
    }

    private static Shown shown(JsonNode status) {
        var tasks = new HashSet<String>();
        status.at("/plan/tasks").forEach(task -> tasks.add(task.path("taskId").asString("")));
        var outcomes = new ArrayList<Outcome>();
        for (var outcome : status.path("outcomes")) {
            var store = outcome.path("store").asString("");
            var differing = new ArrayList<String>();
            if (outcome.path("kind").asString("").equals("ERASE")) {
                for (var collection : outcome.path("collections")) {
                    long dealt = collection.path("deleted").asLong()
                            + collection.path("anonymized").asLong();
                    for (var kept : collection.path("kept")) {
                        dealt += kept.path("records").asLong();
                    }
                    // what the policy does not cover is left as it is, counted and with its reason
                    for (var omitted : collection.path("omitted")) {
                        dealt += omitted.path("records").asLong();
                    }
                    differing.addAll(Judge.unreconciled(
                            store,
                            collection.path("collection").asString(""),
                            collection.path("found").asLong(),
                            dealt));
                }
            }
            outcomes.add(new Outcome(
                    outcome.path("taskId").asString(""),
                    store,
                    outcome.path("grade").asString(""),
                    differing));
        }
        boolean parked = false;
        for (var remaining : status.path("remaining")) {
            parked |= remaining.path("parked").asBoolean(false);
        }
        return new Shown(status.path("state").asString(""), tasks, outcomes, parked);
    }

    private List<Row> journal(Collection<UUID> requests) throws SQLException {
        var found = new ArrayList<Row>();
        for (var service : Judge.TOPICS.keySet()) {
            try (var connection = arena.database("habeas_" + service);
                    var select = connection.prepareStatement(
                            "select stream, sequence, event_id, type, time from event where stream = any(?)")) {
                select.setArray(1, connection.createArrayOf("uuid", requests.toArray()));
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(new Row(
                                service,
                                rows.getObject(1, UUID.class),
                                rows.getLong(2),
                                rows.getObject(3, UUID.class),
                                rows.getString(4),
                                rows.getObject(5, OffsetDateTime.class).toInstant()));
                    }
                }
            }
        }
        return found;
    }

    private Set<UUID> logged(Collection<UUID> requests) throws SQLException {
        var found = new HashSet<UUID>();
        try (var connection = arena.database("habeas_request");
                var select =
                        connection.prepareStatement("select event_id from audit_entry where request_id = any(?)")) {
            select.setArray(1, connection.createArrayOf("uuid", requests.toArray()));
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getObject(1, UUID.class));
                }
            }
        }
        return found;
    }

    private List<Taken> inbox(Collection<UUID> requests) throws SQLException {
        var found = new ArrayList<Taken>();
        for (var service : Judge.TOPICS.keySet()) {
            try (var connection = arena.database("habeas_" + service);
                    var select = connection.prepareStatement(
                            "select source, request_id, sequence, parked from inbox where request_id = any(?)")) {
                select.setArray(1, connection.createArrayOf("uuid", requests.toArray()));
                try (var rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(new Taken(
                                service,
                                rows.getString(1),
                                rows.getObject(2, UUID.class),
                                rows.getLong(3),
                                rows.getBoolean(4)));
                    }
                }
            }
        }
        return found;
    }

    private List<String> leaks(List<ConsumerRecord<byte[], byte[]>> records) {
        var canaries = new HashSet<String>();
        for (var journey : crowd.journeys()) {
            canaries.add(journey.canary());
            canaries.add(journey.person().email());
        }
        var found = new ArrayList<>(crowd.logs().leaks(canaries));
        for (var record : records) {
            var text = new StringBuilder();
            for (var part : Arrays.asList(record.key(), record.value())) {
                text.append(part == null ? "" : new String(part, StandardCharsets.ISO_8859_1));
            }
            record.headers()
                    .forEach(header -> text.append(
                            header.value() == null ? "" : new String(header.value(), StandardCharsets.ISO_8859_1)));
            var lower = text.toString().toLowerCase(Locale.ROOT);
            if (canaries.stream().anyMatch(canary -> lower.contains(canary.toLowerCase(Locale.ROOT)))) {
                found.add("something personal stands on " + record.topic() + "-" + record.partition() + " at "
                        + record.offset());
            }
        }
        return found;
    }
}
