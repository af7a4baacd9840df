// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.postgres;

import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * How one database is reached.
 *
 * @param url of the form {@code jdbc:postgresql://host:port/database}; of the driver's own parameters only those about TLS
 * @param schema where a collection without a schema of its own lies
 */
record PostgresConfiguration(String url, String user, String password, String schema) {

    // The driver can load classes named in its URL and can be told to put rows into its error messages.
    private static final Set<String> ALLOWED_PARAMETERS =
            Set.of("ssl", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslnegotiation", "targetServerType");

    static PostgresConfiguration of(Map<String, String> settings) {
        String url = required(settings, "url");
        if (!url.startsWith("jdbc:postgresql://")) {
            throw new IllegalArgumentException("setting 'url' must begin with jdbc:postgresql://");
        }
        int query = url.indexOf('?');
        if (query >= 0) {
            for (String parameter : url.substring(query + 1).split("&", -1)) {
                String name = parameter.split("=", 2)[0];
                if (!ALLOWED_PARAMETERS.contains(name)) {
                    throw new IllegalArgumentException("setting 'url' may not carry a parameter '" + name
                            + "'; allowed are those about TLS, and targetServerType");
                }
            }
        }
        return new PostgresConfiguration(
                url,
                required(settings, "user"),
                required(settings, "password"),
                settings.getOrDefault("schema", "public"));
    }

    private static String required(Map<String, String> settings, String name) {
        String value = settings.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("setting '" + name + "' is missing");
        }
        return value;
    }

    /** @param millis how long reaching the server and logging in may take together */
    Properties properties(boolean readOnly, long millis) {
        var properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", "habeas");
        // A server's detail line quotes the row that broke a constraint.
        properties.setProperty("logServerErrorDetail", "false");
        properties.setProperty("loginTimeout", Double.toString(millis / 1000.0));
        String seconds = Long.toString(Math.max(1, millis / 1000));
        properties.setProperty("connectTimeout", seconds);
        properties.setProperty("socketTimeout", seconds);
        properties.setProperty("tcpKeepAlive", "true");
        // A kept plan fails when the table has changed since.
        properties.setProperty("prepareThreshold", "0");
        // With row_security off, a policy that would hide rows from us is an error instead of an empty answer.
        String options = "-c row_security=off -c idle_in_transaction_session_timeout=60000";
        properties.setProperty("options", readOnly ? options + " -c default_transaction_read_only=on" : options);
        return properties;
    }

    @Override
    public String toString() {
        return "PostgresConfiguration[schema=" + schema + "]";
    }
}
