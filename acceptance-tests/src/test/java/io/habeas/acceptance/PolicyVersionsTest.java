// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What holds when a policy changes, and who decides what it takes away. Each controller is a sample under another name with versions of its
 * policy that give less and less. Moves legal time by weeks, so it comes among the last.
 */
@Order(94)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class PolicyVersionsTest {

    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

    private static String key() {
        return "versions-" + UUID.randomUUID();
    }

    private static String nobody() {
        return "nobody-" + UUID.randomUUID() + "@example.net";
    }

    private static LocalDate today(Suite suite) {
        return Instant.parse(suite.control("/time", "{\"advance\":\"PT0S\"}")
                        .path("now")
                        .asString(""))
                .atZone(SHANGHAI)
                .toLocalDate();
    }

    /** The sample under another name, in its first version. */
    private static String provide(Suite suite, String sample, String name) throws IOException {
        var from = suite.home().resolve("controllers/" + sample);
        var to = suite.home().resolve("controllers/" + name);
        Files.createDirectories(to.resolve("profiles"));
        var map = Files.readString(from.resolve("data-map.yaml"));
        Files.writeString(to.resolve("data-map.yaml"), map.replace("controller: " + sample, "controller: " + name));
        suite.giveSecrets(sample, name);
        try (var files = Files.list(from.resolve("profiles"))) {
            return Files.readString(files.findFirst().orElseThrow()).replace("profile: " + sample, "profile: " + name);
        }
    }

    private static void version(
            Suite suite, String name, String text, String version, String inForce, UnaryOperator<String> less)
            throws IOException {
        var changed = less.apply(text.replaceFirst("version: \\S+", "version: " + version)
                .replaceFirst("inForce: \\S+", "inForce: " + inForce));
        Files.writeString(suite.home().resolve("controllers/" + name + "/profiles/" + version + ".yaml"), changed);
    }

    private static void publish(Suite suite, String sample, String name) throws IOException {
        var controller = Files.readString(suite.home().resolve("controllers/" + sample + "/controller.yaml"));
        Files.writeString(
                suite.home().resolve("controllers/" + name + "/controller.yaml"),
                controller.replace("controller: " + sample, "controller: " + name));
    }

    private static Journey filed(Suite suite, String controller, String place, String right, String email) {
        var journey = suite.journeyUnder(controller, right, email, "en", it -> it.put("jurisdiction", place));
        var answer = journey.submit();
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
        return journey;
    }

    private static String boundTo(Journey journey) {
        return journey.status().path("profile").asString("");
    }

    /** Filed by somebody on file, and proved: only then it is known what they said yes to. */
    private static Journey proved(Suite suite, String controller, String place, String right, String email) {
        var journey = filed(suite, controller, place, right, email);
        assertThat(journey.prove().status()).isEqualTo(200);
        journey.awaitStep("request.identity-proved");
        return journey;
    }

    private static void consents(Suite suite, String controller, String place, String email, String version)
            throws IOException {
        var noted = suite.api()
                .post(
                        "/api/v1/controllers/" + controller + "/standing/consents",
                        suite.staffToken("clerk"),
                        key(),
                        "{\"jurisdiction\":\"%s\",\"version\":\"%s\",\"given\":true,\"identifiers\":[{\"kind\":\"EMAIL\",\"value\":\"%s\"}]}"
                                .formatted(place, version, email));
        assertThat(noted.status()).as("%s", noted.body()).isEqualTo(202);
    }

    @Test
    @DisplayName(
            "[CIG-20] a request keeps the version in force at its receipt, or the last one its person consented to where that gives more; a later version changes nothing")
    void the_version_in_force_is_kept(Suite suite) throws IOException {
        var text = provide(suite, "cig", "posted");
        // far enough for no midnight to come in between
        var later = today(suite).plusDays(3);
        UnaryOperator<String> less =
                it -> it.replace("within: 1 month, extension: 2 months", "within: 2 months, extension: 2 months");
        version(suite, "posted", text, "2024-04", "2024-04-01", it -> it);
        version(suite, "posted", text, "2025-04", "2025-04-01", less);
        version(
                suite,
                "posted",
                text,
                "2031-01",
                later.toString(),
                it -> it.replace("within: 1 month, extension: 2 months", "within: 3 months, extension: 2 months"));
        publish(suite, "cig", "posted");
        var consenting = suite.somebody().email();
        var before = filed(suite, "posted", "DE", "ERASURE", consenting);
        consents(suite, "posted", "DE", consenting, "2024-04");

        var silent = proved(suite, "posted", "DE", "ERASURE", suite.somebody().email());
        var unproved = filed(suite, "posted", "DE", "ERASURE", consenting);
        assertThat(boundTo(unproved)).as("nothing tells before the proof").isEqualTo("posted@2025-04");
        var kept = proved(suite, "posted", "DE", "ERASURE", consenting);
        var elsewhere = proved(suite, "posted", "US-CA", "ERASURE", consenting);

        before.prove();
        before.awaitStep("request.identity-proved");
        assertThat(boundTo(before))
                .as("what was said after the receipt does not count")
                .isEqualTo("posted@2025-04");
        assertThat(boundTo(silent)).isEqualTo("posted@2025-04");
        assertThat(boundTo(kept)).isEqualTo("posted@2024-04");
        assertThat(kept.status().at("/boundAnew/0/why").asString("")).isEqualTo("VERSION_KEPT");
        assertThat(boundTo(elsewhere)).as("it gives as much").isEqualTo("posted@2025-04");
        var due = List.of(
                silent.status().at("/clocks").toString(),
                kept.status().at("/clocks").toString());

        suite.advance(Duration.ofDays(4));

        assertThat(boundTo(filed(suite, "posted", "DE", "ERASURE", nobody()))).isEqualTo("posted@2031-01");
        assertThat(boundTo(proved(suite, "posted", "DE", "ERASURE", consenting)))
                .isEqualTo("posted@2024-04");
        assertThat(boundTo(silent)).isEqualTo("posted@2025-04");
        assertThat(boundTo(kept)).isEqualTo("posted@2024-04");
        assertThat(List.of(
                        silent.status().at("/clocks").toString(),
                        kept.status().at("/clocks").toString()))
                .isEqualTo(due);
    }

    @Test
    @DisplayName(
            "[CIC-20] [CIC-27] [CI-25] every version can be read back with its dates; what a version takes away is flagged when it is loaded, and whoever has not consented keeps the older terms")
    void no_right_is_cut_without_consent(Suite suite) throws IOException {
        for (var sample : List.of("cic", "ciie")) {
            var name = "promising-" + sample;
            var text = provide(suite, sample, name);
            version(suite, name, text, "2021-01", "2021-01-15", it -> it);
            version(suite, name, text, "2024-01", "2024-01-15", PolicyVersionsTest::less);
            publish(suite, sample, name);

            var versions = suite.api()
                    .get("/api/v1/controllers/" + name + "/profile/versions", null)
                    .body();
            assertThat(versions.at("/0/profile").asString("")).isEqualTo(name + "@2024-01");
            assertThat(versions.at("/0/inForce").asString("")).isEqualTo("2024-01-15");
            assertThat(versions.at("/0/reductions")
                            .valueStream()
                            .map(it -> it.path("kind").asString("") + " "
                                    + it.path("before").asString("") + " "
                                    + it.path("after").asString("")))
                    .contains("RIGHT_DROPPED " + name + "@2021-01#CN.rights.RESTRICTION ")
                    .anyMatch(it -> it.startsWith("CLOCK_LENGTHENED " + name + "@2021-01#CN.clocks.respond "))
                    .anyMatch(
                            it -> it.startsWith("GROUND_ADDED  " + name + "@2024-01#CN.refusalGrounds.NO_TIME_FOR_IT"));
            assertThat(versions.at("/1/until").asString("")).isEqualTo("2024-01-14");
            for (var version : List.of("2021-01", "2024-01")) {
                var read = suite.api()
                        .get("/api/v1/controllers/" + name + "/profile/versions/" + version, null)
                        .body();
                assertThat(read.path("inForce").asString("")).isEqualTo(version + "-15");
                assertThat(read.toString().contains("CN.rights.RESTRICTION")).isEqualTo(version.equals("2021-01"));
            }
            assertThat(Files.readString(suite.home().resolve("logs/request.log")))
                    .contains("a version of a policy takes something away", name + "@2024-01");

            var agreed = suite.somebody().email();
            consents(suite, name, "CN", agreed, "2024-01");
            for (var email : List.of(nobody(), agreed)) {
                assertThat(boundTo(filed(suite, name, "CN", "ACCESS", email)))
                        .as("nothing tells before the proof")
                        .isEqualTo(name + "@2024-01");
                assertThat(boundTo(filed(suite, name, "CN", "RESTRICTION", email)))
                        .isEqualTo(name + "@2021-01");
            }
            assertThat(boundTo(
                            proved(suite, name, "CN", "ACCESS", suite.somebody().email())))
                    .isEqualTo(name + "@2021-01");
            assertThat(boundTo(proved(suite, name, "CN", "ACCESS", agreed))).isEqualTo(name + "@2024-01");
            var dropped = proved(suite, name, "CN", "RESTRICTION", agreed);
            assertThat(dropped.awaitState("UNDER_REVIEW").at("/review/reason").asString(""))
                    .isEqualTo("NOT_GIVEN_ANY_MORE");
        }
    }

    /** A right fewer, a longer clock, a ground more. */
    private static String less(String text) {
        return text.replaceFirst("      RESTRICTION:.*\n        source:.*\n", "")
                .replaceFirst(
                        "respond: \\{from: RECEIPT, within: 15 working", "respond: {from: RECEIPT, within: 25 working")
                .replaceFirst("(      respond:.*\n        from: RECEIPT.*\n        within:) 30 days", "$1 40 days")
                .replaceFirst("    refusalGrounds:.*\n", "$0    - {ground: NO_TIME_FOR_IT}   # default\n");
    }

    @Test
    @DisplayName(
            "[CIG-19] nothing is refused without a named reviewer in the trail, a machine approves only what a person asks for itself, and other ends are no refusals")
    void no_decision_is_taken_by_a_machine_alone(Suite suite) throws Exception {
        var reviewer = suite.staffToken("reviewer");
        var refused =
                suite.journeyUnder("cig", "ACCESS", suite.somebody().email(), "en", it -> it.put("jurisdiction", "DE"));
        refused.submit();
        var desk = "/api/v1/desk/requests/" + refused.requestId();
        suite.api().post(desk + "/reviews", reviewer, key(), "{}");
        refused.prove();
        refused.awaitState("UNDER_REVIEW");
        var byItself =
                suite.journeyUnder("cig", "ACCESS", suite.somebody().email(), "en", it -> it.put("jurisdiction", "DE"));
        byItself.run();
        var agent = suite.journeyUnder("cig", "ACCESS", nobody(), "en", it -> {
            it.put("jurisdiction", "DE").put("capacity", "AGENT");
            it.putObject("replyTo").put("email", "agent@example.net");
            it.putArray("evidence").addObject().put("kind", "MANDATE").put("says", "a letter");
        });
        agent.submit();
        var unproved = filed(suite, "cig", "DE", "ERASURE", suite.somebody().email());
        var withdrawn = filed(suite, "cig", "DE", "ERASURE", suite.somebody().email());
        withdrawn.withdraw();
        var lapsing = suite.journeyUnder(
                "cig", "ERASURE", suite.somebody().email(), "en", it -> it.put("jurisdiction", "US-CA"));
        lapsing.submit();
        lapsing.prove();
        lapsing.awaitState("AWAITING_CONFIRMATION");
        lapsing.awaitAsked("CONFIRM_ERASURE");

        var byClerk = suite.api()
                .post(
                        desk + "/decisions",
                        suite.staffToken("clerk"),
                        key(),
                        "{\"decision\":\"REFUSE\",\"ground\":\"EXCESSIVE\"}");
        assertThat(byClerk.status()).isEqualTo(403);
        assertThat(suite.api()
                        .post(
                                desk + "/decisions",
                                reviewer,
                                key(),
                                "{\"decision\":\"REFUSE\",\"ground\":\"EXCESSIVE\"}")
                        .status())
                .isEqualTo(202);
        refused.awaitState("REFUSED");
        var decision = await().atMost(Journey.PATIENCE)
                .until(
                        () -> AuditTest.logged(suite, refused).stream()
                                .filter(it -> it.type().equals("request.refused"))
                                .toList(),
                        it -> !it.isEmpty());
        assertThat(decision).singleElement().satisfies(it -> {
            assertThat(it.actor()).startsWith("staff:");
            assertThat(it.rule()).startsWith("cig@2025-04#EU.refusalGrounds.EXCESSIVE");
        });

        suite.advance(Duration.ofDays(16));
        unproved.awaitState("NOT_VERIFIED");
        lapsing.awaitState("LAPSED");
        withdrawn.awaitState("WITHDRAWN");
        assertThat(agent.awaitState("UNDER_REVIEW").at("/review/reason").asString(""))
                .isEqualTo("AUTHORITY_TO_CHECK");
        for (var other : List.of(byItself, agent, unproved, withdrawn, lapsing)) {
            assertThat(other.status().path("steps").toString()).doesNotContain("request.refused");
        }
        assertThat(byItself.status().path("capacity").asString("")).isEqualTo("SUBJECT");
        assertThat(agent.status().path("steps").toString()).doesNotContain("request.approved");
    }
}
