// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Moves legal time by years, so it comes after all others. */
@Order(95)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class RetentionTest {

    @Test
    void after_the_retention_of_the_policy_the_key_of_the_case_is_gone_and_its_status_still_answers(Suite suite) {
        var person = suite.somebody();
        var journey = suite.journey("ACCESS", person, "en");
        journey.run();
        var before = journey.awaitState("CLOSED");
        assertThat(before.at("/retention/rule").asString("")).isEqualTo("smallrig@2021-06#retention.case");
        assertThat(before.at("/erased").findValuesAsString("what")).doesNotContain("CASE");
        assertThat(livingKeys(journey)).isPositive();

        // 24 months after the last day of the package, and a little
        suite.advance(Duration.ofDays(24 * 31 + 30));

        // the old token has long expired; a repeat of the form gives a fresh one
        await().atMost(Journey.PATIENCE).untilAsserted(() -> {
            assertThat(journey.submit().status()).isEqualTo(202);
            assertThat(journey.status().at("/erased").findValuesAsString("what"))
                    .contains("IDENTITY", "CASE");
        });
        assertThat(journey.state()).isEqualTo("CLOSED");
        await().atMost(Journey.PATIENCE).untilAsserted(() -> assertThat(livingKeys(journey))
                .as("of the person, the case and the package")
                .isZero());
    }

    private static long livingKeys(Journey journey) {
        var url = "jdbc:postgresql://127.0.0.1:" + (15_432 + Suite.offset()) + "/habeas_keys?user=postgres";
        try (var connection = DriverManager.getConnection(url);
                var count = connection.prepareStatement(
                        "select count(*) from data_key where request_id = ?::uuid and wrapped is not null")) {
            count.setString(1, journey.requestId());
            try (var rows = count.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
