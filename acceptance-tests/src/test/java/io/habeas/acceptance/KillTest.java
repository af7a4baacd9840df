// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process dies as by kill -9 while one request is on its way; the client goes on as clients do. Judged by the stores, the mail
 * sink, the package and the client's own ledger, never by our tables.
 */
@Order(60)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class KillTest {

    private static final int SEEDS = 20;
    private static final int KILLS_A_ROUND = 2;
    private static final int LATEST_MILLIS = 3_000;
    private static final long FIRST_SEED = Long.getLong("habeas.kill.seed", 4711);
    private static final List<String> PROCESSES =
            List.of("gateway", "request", "verification", "fulfillment", "notification");

    /** Points at which processes halt during one request, one a process; each halts once. */
    record Halts(String right, Map<String, String> points) {
        @Override
        public String toString() {
            return right + ": " + String.join(", ", points.values());
        }
    }

    static Stream<Halts> halts() {
        return Stream.of(
                new Halts(
                        "ERASURE",
                        Map.of(
                                "request", "intake.after-commit",
                                "verification", "verification.after-issue-before-commit",
                                "fulfillment", "fulfillment.before-batch",
                                "notification", "notification.before-send")),
                new Halts(
                        "ERASURE",
                        Map.of(
                                "request", "journal.before-append",
                                "verification", "verification.after-accept-before-commit",
                                "fulfillment", "fulfillment.after-store-batch")),
                new Halts(
                        "ERASURE",
                        Map.of(
                                "request", "relay.before-send",
                                "fulfillment", "fulfillment.before-outcome",
                                "notification", "notification.after-smtp-before-commit")),
                new Halts(
                        "ERASURE",
                        Map.of("request", "relay.after-ack-before-save", "fulfillment", "fulfillment.after-plan")),
                new Halts("ERASURE", Map.of("request", "consumer.before-effect")),
                new Halts("ERASURE", Map.of("request", "consumer.after-effect-before-inbox")),
                new Halts(
                        "ACCESS",
                        Map.of(
                                "request", "intake.before-append",
                                "verification", "consumer.before-effect",
                                "fulfillment", "fulfillment.after-store-batch")),
                new Halts(
                        "ACCESS",
                        Map.of("request", "journal.after-commit", "verification", "relay.after-ack-before-save")));
    }

    /** A process that is killed so long after the requests were begun. */
    record Kill(long seed, String victim, Duration after) {

        static Kill of(long seed) {
            var random = new SplittableRandom(seed);
            return new Kill(
                    seed,
                    PROCESSES.get(random.nextInt(PROCESSES.size())),
                    Duration.ofMillis(random.nextInt(LATEST_MILLIS)));
        }

        @Override
        public String toString() {
            return victim + " after " + after.toMillis() + " ms (seed " + seed + ")";
        }
    }

    static Stream<List<Kill>> kills() {
        return IntStream.range(0, SEEDS / KILLS_A_ROUND).mapToObj(round -> IntStream.range(0, KILLS_A_ROUND)
                .mapToObj(i -> Kill.of(FIRST_SEED + (long) round * KILLS_A_ROUND + i))
                .toList());
    }

    @TempDir
    private Path folder;

    @ParameterizedTest
    @MethodSource("halts")
    void halted_at_named_points_it_is_completed_once(Halts where, Suite suite) {
        suite.awaitAllReady();
        var startsBefore = new HashMap<String, Integer>();
        where.points().forEach((process, point) -> {
            startsBefore.put(process, suite.starts(process));
            suite.arm(process, point, 1);
        });

        var run = new Run(suite, where.right());
        run.toTheAnswer();

        startsBefore.forEach((process, starts) -> await(process + " was really halted there")
                .atMost(Duration.ofSeconds(60))
                .until(() -> suite.starts(process) > starts));
        run.judge(folder.resolve("package.zip"));
        run.judgeEverybodyElse();
    }

    @ParameterizedTest
    @MethodSource("kills")
    void killed_at_random_instants_one_erasure_and_one_access_are_completed_once(List<Kill> kills, Suite suite) {
        suite.awaitAllReady();
        var erasure = new Run(suite, "ERASURE");
        var access = new Run(suite, "ACCESS");
        var killed = kills.stream()
                .map(it -> {
                    suite.ledger().write("seed " + it.seed(), "kill " + it.victim() + " after " + it.after());
                    return CompletableFuture.runAsync(
                            () -> suite.ledger()
                                    .write(
                                            "seed " + it.seed(),
                                            suite.kill(it.victim()) ? "killed" : "was down already"),
                            CompletableFuture.delayedExecutor(it.after().toMillis(), TimeUnit.MILLISECONDS));
                })
                .toList();
        var beside = CompletableFuture.runAsync(access::toTheAnswer);
        erasure.toTheAnswer();
        beside.join();
        killed.forEach(CompletableFuture::join);

        erasure.judge(folder.resolve("none.zip"));
        access.judge(folder.resolve("package.zip"));
        // everybody but one: who asked for access is among them
        erasure.judgeEverybodyElse();
    }

    /** One request, and what the world looked like before it. */
    private static final class Run {

        private final Suite suite;
        private final Stores.Customer person;
        private final Journey journey;
        private final String right;
        private final String othersBefore;
        private final long keptBefore;
        private final Map<String, Long> heldBefore;

        Run(Suite suite, String right) {
            this.suite = suite;
            this.right = right;
            this.person = suite.somebody();
            this.othersBefore = suite.stores().everybodyElse(person);
            this.keptBefore = suite.stores().keptOrders(person);
            this.heldBefore = suite.stores().holdings(person);
            this.journey = suite.journey(right, person, "en");
        }

        void toTheAnswer() {
            journey.run();
        }

        void judge(Path zip) {
            suite.awaitAllReady();
            assertThat(journey.submit().text("/requestId")).isEqualTo(journey.requestId());
            journey.awaitState("CLOSED");
            for (var occasion : List.of("RECEIVED", "ANSWERED")) {
                // a letter whose sender died waits for its lease, and may come after later ones
                suite.mailbox().awaitLetter(person.email(), journey.reference(), occasion);
                assertThat(suite.mailbox().letters(person.email(), journey.reference(), occasion))
                        .as(occasion)
                        .extracting(Mailbox.Letter::messageId)
                        .isNotEmpty()
                        .containsOnly(suite.mailbox()
                                .letters(person.email(), journey.reference(), occasion)
                                .getFirst()
                                .messageId());
            }
            if ("ERASURE".equals(right)) {
                assertThat(suite.stores().traces(person)).isEmpty();
                assertThat(suite.stores().keptOrders(person)).isEqualTo(keptBefore);
            } else {
                assertThat(suite.stores().holdings(person)).isEqualTo(heldBefore);
                journey.useProvedToken();
                assertThat(journey.fetch(zip).zip()).isNotEmptyFile();
            }
        }

        void judgeEverybodyElse() {
            assertThat(suite.stores().everybodyElse(person)).isEqualTo(othersBefore);
        }
    }
}
