// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
    private static final long FIRST_SEED = Long.getLong("habeas.kill.seed", 4711);
    private static final List<String> PROCESSES =
            List.of("gateway", "request", "verification", "fulfillment", "notification");

    record NamedPoint(String process, String point, String right) {
        @Override
        public String toString() {
            return process + " at " + point + " during " + right;
        }
    }

    static Stream<NamedPoint> points() {
        return Stream.of(
                new NamedPoint("request", "intake.before-append", "ACCESS"),
                new NamedPoint("request", "intake.after-commit", "ERASURE"),
                new NamedPoint("request", "journal.before-append", "ERASURE"),
                new NamedPoint("request", "journal.after-commit", "ACCESS"),
                new NamedPoint("request", "relay.before-send", "ERASURE"),
                new NamedPoint("request", "relay.after-ack-before-save", "ERASURE"),
                new NamedPoint("request", "consumer.before-effect", "ERASURE"),
                new NamedPoint("request", "consumer.after-effect-before-inbox", "ERASURE"),
                new NamedPoint("verification", "consumer.before-effect", "ACCESS"),
                new NamedPoint("verification", "verification.after-issue-before-commit", "ERASURE"),
                new NamedPoint("verification", "verification.after-accept-before-commit", "ERASURE"),
                new NamedPoint("verification", "relay.after-ack-before-save", "ACCESS"),
                new NamedPoint("fulfillment", "fulfillment.after-plan", "ERASURE"),
                new NamedPoint("fulfillment", "fulfillment.before-batch", "ERASURE"),
                new NamedPoint("fulfillment", "fulfillment.after-store-batch", "ERASURE"),
                new NamedPoint("fulfillment", "fulfillment.after-store-batch", "ACCESS"),
                new NamedPoint("fulfillment", "fulfillment.before-outcome", "ERASURE"),
                new NamedPoint("notification", "notification.before-send", "ERASURE"),
                new NamedPoint("notification", "notification.after-smtp-before-commit", "ERASURE"));
    }

    static Stream<Long> seeds() {
        return IntStream.range(0, SEEDS).mapToObj(i -> FIRST_SEED + i);
    }

    @TempDir
    private Path folder;

    @ParameterizedTest
    @MethodSource("points")
    void halted_at_a_named_point_it_is_completed_once(NamedPoint where, Suite suite) {
        suite.awaitAllReady();
        int startsBefore = suite.starts(where.process());
        suite.arm(where.process(), where.point(), 1);

        var run = new Run(suite, where.right());
        run.toTheAnswer();

        await("the process was really halted there")
                .atMost(Duration.ofSeconds(30))
                .until(() -> suite.starts(where.process()) > startsBefore);
        run.judge(folder.resolve("package.zip"));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void killed_at_a_random_instant_it_is_completed_once(long seed, Suite suite) {
        suite.awaitAllReady();
        var random = new SplittableRandom(seed);
        var right = random.nextBoolean() ? "ERASURE" : "ACCESS";
        var victim = PROCESSES.get(random.nextInt(PROCESSES.size()));
        var after = Duration.ofMillis(random.nextInt(3_000));
        var run = new Run(suite, right);
        suite.ledger().write("seed " + seed, "kill " + victim + " after " + after + " during " + right);

        var kill = CompletableFuture.runAsync(
                () -> suite.process(victim, "kill"),
                CompletableFuture.delayedExecutor(after.toMillis(), TimeUnit.MILLISECONDS));
        run.toTheAnswer();
        kill.join();

        run.judge(folder.resolve("package.zip"));
    }

    /** One request, and what the world looked like before it. */
    private static final class Run {

        private final Suite suite;
        private final Stores.Customer person;
        private final Journey journey;
        private final String right;
        private final String othersBefore;
        private final long keptBefore;
        private final java.util.Map<String, Long> heldBefore;

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
            assertThat(suite.stores().everybodyElse(person)).isEqualTo(othersBefore);
            if ("ERASURE".equals(right)) {
                assertThat(suite.stores().traces(person)).isEmpty();
                assertThat(suite.stores().keptOrders(person)).isEqualTo(keptBefore);
            } else {
                assertThat(suite.stores().holdings(person)).isEqualTo(heldBefore);
                journey.useProvedToken();
                assertThat(journey.fetch(zip).zip()).isNotEmptyFile();
            }
        }
    }
}
