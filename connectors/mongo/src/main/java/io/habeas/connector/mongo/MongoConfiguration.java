// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoNamespace;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.util.Map;

/**
 * How one database is reached.
 *
 * @param uri a connection string, which holds the password
 */
record MongoConfiguration(String uri, String database) {

    static MongoConfiguration of(Map<String, String> settings) {
        String uri = required(settings, "uri");
        checkForm(uri);
        String database = required(settings, "database");
        try {
            MongoNamespace.checkDatabaseNameValidity(database);
        } catch (IllegalArgumentException invalid) {
            throw new IllegalArgumentException("setting 'database' is not the name of a database", invalid);
        }
        return new MongoConfiguration(uri, database);
    }

    private static void checkForm(String uri) {
        if (uri.startsWith("mongodb+srv://")) {
            // Taking it apart asks the DNS, which may be down when the service starts.
            return;
        }
        boolean fits;
        try {
            fits = uri.startsWith("mongodb://")
                    && !new ConnectionString(uri).getHosts().isEmpty();
        } catch (IllegalArgumentException quotesTheUri) {
            fits = false;
        }
        if (!fits) {
            throw new IllegalArgumentException("setting 'uri' is not a connection string of MongoDB");
        }
    }

    private static String required(Map<String, String> settings, String name) {
        String value = settings.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("setting '" + name + "' is missing");
        }
        return value;
    }

    /** Begins to connect in the background. */
    MongoClient client() {
        return MongoClients.create(MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(uri))
                .applicationName("habeas")
                // What is judged is what the primary holds, and an erasure counts when a majority has it.
                .readPreference(ReadPreference.primary())
                .writeConcern(WriteConcern.MAJORITY)
                .retryWrites(false)
                .build());
    }

    @Override
    public String toString() {
        return "MongoConfiguration[database=" + database + "]";
    }
}
