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

    private static String rows(String database, String requestId) {
        var rows = new ArrayList<String>();
        var url = "jdbc:postgresql://127.0.0.1:" + (15_432 + Suite.offset()) + "/" + database + "?user=postgres";
        try (var connection = DriverManager.getConnection(url);
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
