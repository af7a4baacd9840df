// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.keys;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * The key database, brought up to date. Not a bean of type DataSource on purpose: this service's own database stays the
 * only one that transactions, Flyway and Axon see.
 */
final class KeyDatabase implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final HikariDataSource source;

    KeyDatabase(KeyProperties properties) {
        var config = new HikariConfig();
        config.setPoolName("keys");
        config.setJdbcUrl(properties.url());
        config.setUsername(properties.username());
        config.setPassword(properties.password());
        config.setMaximumPoolSize(properties.connections());
        config.setConnectionTimeout(PATIENCE.toMillis());
        config.setInitializationFailTimeout(Duration.ofSeconds(30).toMillis());
        config.addDataSourceProperty("logServerErrorDetail", "false");
        config.addDataSourceProperty("socketTimeout", "10");
        config.addDataSourceProperty("connectTimeout", "2");
        config.addDataSourceProperty("ApplicationName", "request-service-keys");
        this.source = new HikariDataSource(config);
        // over connections of its own: an index over a table that has grown takes longer than an answer may
        Flyway.configure()
                .dataSource(properties.url(), properties.username(), properties.password())
                .jdbcProperties(Map.of("logServerErrorDetail", "false", "connectTimeout", "2"))
                .locations("classpath:db/keys")
                .load()
                .migrate();
    }

    DataSource source() {
        return source;
    }

    @Override
    public void close() {
        source.close();
    }
}
