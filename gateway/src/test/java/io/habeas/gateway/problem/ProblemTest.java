// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.problem;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** A client reads one registry of problems, whoever answers: what has the same slug means the same. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ProblemTest {

    /** What only the door can say. */
    private static final Set<String> OF_THE_GATEWAY =
            Set.of("query-too-long", "headers-not-accepted", "malformed-request", "service-required");

    private static final Map<String, io.habeas.service.Problem> OF_THE_SERVICES = Arrays.stream(
                    io.habeas.service.Problem.values())
            .collect(toMap(io.habeas.service.Problem::slug, Function.identity()));

    @Test
    void a_slug_that_the_services_use_too_has_their_status() {
        for (var problem : Problem.values()) {
            var same = OF_THE_SERVICES.get(problem.slug());
            if (same != null) {
                assertThat(problem.status())
                        .as(problem.slug())
                        .isEqualTo(same.status().value());
                assertThat(problem.retryAfterSeconds() > 0)
                        .as("retry of %s", problem.slug())
                        .isEqualTo(same.retry());
            }
        }
    }

    @Test
    void a_slug_that_the_services_do_not_know_is_one_that_only_the_gateway_can_mean() {
        var unknown = Arrays.stream(Problem.values())
                .map(Problem::slug)
                .filter(slug -> !OF_THE_SERVICES.containsKey(slug))
                .toList();

        assertThat(unknown).containsExactlyInAnyOrderElementsOf(OF_THE_GATEWAY);
    }
}
