// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DeadlineBenchmarkTest {

    @TempDir
    private Path folder;

    @Test
    void counts_what_fired_once_and_leaves_what_is_not_due() throws Exception {
        try (var cluster = new Cluster(folder)) {
            var fired = DeadlineBenchmark.fire(cluster, new DeadlineBenchmark.Size(300, Duration.ofSeconds(1), 2_000));

            assertThat(fired.fired()).isEqualTo(300);
            assertThat(fired.lost()).isZero();
            assertThat(fired.again()).isZero();
            assertThat(fired.p99()).isPositive().isGreaterThanOrEqualTo(fired.p50());
            try (var connection = cluster.dataSource().getConnection();
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("select count(*) from due")) {
                rows.next();
                assertThat(rows.getLong(1)).isEqualTo(2_000);
            }
        }
    }
}
