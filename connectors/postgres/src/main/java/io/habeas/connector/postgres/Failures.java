// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.postgres;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import java.sql.SQLException;

/** Who acts next, by SQLState. The server's message stays here: it can quote a row. */
final class Failures {

    private Failures() {}

    static ConnectorException translate(SQLException failure, String collection) {
        String state = failure.getSQLState();
        if (state == null) {
            return new ConnectorException(Category.TRY_AGAIN, "the store failed at '" + collection + "'");
        }
        return new ConnectorException(
                category(state), "the store refused '" + collection + "' with SQLState " + state + meaning(state));
    }

    private static Category category(String state) {
        if (state.equals("23502")) {
            return Category.FIX_CONFIGURATION;
        }
        // substring: a state has five characters, the first two are its class
        return switch (state.length() < 2 ? state : state.substring(0, 2)) {
            case "22", "28", "3D", "3F", "42", "0A" -> Category.FIX_CONFIGURATION;
            case "23", "27", "38", "39", "44", "54", "P0" -> Category.ASK_A_PERSON;
            default -> Category.TRY_AGAIN;
        };
    }

    private static String meaning(String state) {
        return switch (state) {
            case "23502" -> ": a field that the data map empties may not be empty";
            case "23503" -> ": other records still point here";
            case "42501" -> ": the user lacks a right, or a row security policy hides rows from it";
            case "42P01" -> ": there is no such collection";
            case "42703" -> ": there is no such field";
            case "57014" -> ": the deadline came first";
            default -> "";
        };
    }
}
