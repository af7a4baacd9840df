// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the journals tell about one request, on a line: for a wait that ended without what it waited for. */
final class Whereabouts {

    private static final Map<String, String> DATABASES = new TreeMap<>(Map.of(
            "request", "habeas_request",
            "verification", "habeas_verification",
            "fulfillment", "habeas_fulfillment",
            "notification", "habeas_notification"));

    private Whereabouts() {}

    /** By service: type and time of every row of the request's stream, and how many messages are parked in all. */
    static String of(String requestId) {
        var said = new ArrayList<String>();
        DATABASES.forEach((service, database) -> said.add(service + " " + rows(database, requestId)));
        return String.join("; ", said);
    }

    /** Whether the request knows that this letter left. */
    static boolean isSent(String requestId, String letter) throws SQLException {
        try (var connection = DriverManager.getConnection(url("habeas_request"));
                var sent = connection.prepareStatement("""
                        select exists (select from event where stream = ?::uuid and type = 'request.letter-sent'
                                          and convert_from(payload, 'UTF8')::json ->> 'letter' = ?)""")) {
            sent.setString(1, requestId);
            sent.setString(2, letter);
            try (var rows = sent.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    private static String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + (15_432 + Suite.offset()) + "/" + database + "?user=postgres";
    }

    private static String rows(String database, String requestId) {
        var rows = new ArrayList<String>();
        try (var connection = DriverManager.getConnection(url(database));
                var events = connection.prepareStatement(
                        "select to_char(time, 'HH24:MI:SS') || ' ' || type from event where stream = ?::uuid order by sequence");
                var parked = connection.prepareStatement("select 'parked: ' || count(*) from parked_message")) {
            events.setString(1, requestId);
            for (var statement : List.of(events, parked)) {
                try (var found = statement.executeQuery()) {
                    while (found.next()) {
                        rows.add(found.getString(1));
                    }
                }
            }
        } catch (SQLException unreachable) {
            rows.add(
                    String.valueOf(unreachable.getMessage()).lines().findFirst().orElse("unreachable"));
        }
        return rows.toString();
    }
}
