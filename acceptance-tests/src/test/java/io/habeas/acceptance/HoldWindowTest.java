// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A controller of its own whose profile holds erasures back for three days. Moves legal time by days, so it comes among the last. */
@Order(92)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class HoldWindowTest {

    private static final String CONTROLLER = "heldrig";
    private static final Duration UNTIL_ITS_END = Duration.ofDays(5);

    @Test
    @DisplayName("nothing is erased in the hold window, every known address is told, and afterwards it is erased")
    void erased_after_its_end(Suite suite) throws IOException {
        provide(suite);
        var person = suite.somebody();
        var held = suite.stores().holdings(person);
        var elsewhere = "elsewhere-" + person.id() + "@example.net";
        var journey = suite.journeyAt(CONTROLLER, "ERASURE", person, elsewhere);
        prove(journey);

        var status = journey.awaitState("HOLD_WINDOW");
        var letter = suite.mailbox().awaitLetter(person.email(), journey.reference(), "HOLD");
        suite.mailbox().awaitLetter(elsewhere, journey.reference(), "HOLD");
        await().atMost(Journey.PATIENCE).until(() -> Whereabouts.isSent(journey.requestId(), "HOLD"));

        assertThat(letter.text()).contains("/withdrawal");
        assertThat(status.at("/clocks").valueStream().filter(it -> "HOLD"
                        .equals(it.path("clock").asString(""))))
                .singleElement()
                .satisfies(clock -> assertThat(clock.path("rule").asString(""))
                        .isEqualTo("heldrig@2021-06#US-CA.rights.ERASURE.hold.window"));
        suite.advance(Duration.ofDays(2));
        suite.process("request", "kill");
        suite.awaitAllReady();
        assertThat(journey.state()).isEqualTo("HOLD_WINDOW");
        assertThat(suite.stores().holdings(person)).isEqualTo(held);

        suite.advance(UNTIL_ITS_END);

        journey.awaitState("ANSWERED", "CLOSED");
        assertThat(suite.stores().traces(person)).isEmpty();
        assertThat(journey.withdraw().status()).isEqualTo(409);
    }

    @Test
    @DisplayName("I12: taken back within the hold window, nothing is erased, not even after its end")
    void nothing_is_erased_once_it_was_taken_back(Suite suite) throws IOException {
        provide(suite);
        var person = suite.somebody();
        var held = suite.stores().holdings(person);
        var journey = suite.journeyAt(CONTROLLER, "ERASURE", person, person.email());
        prove(journey);
        journey.awaitState("HOLD_WINDOW");

        assertThat(journey.withdraw().status()).isEqualTo(202);
        journey.awaitState("WITHDRAWN");
        suite.mailbox().awaitLetter(person.email(), journey.reference(), "WITHDRAWN");
        suite.advance(UNTIL_ITS_END);

        // another erasure that is through shows that whatever was to be done has been done
        var other = suite.somebodyWith("not registered");
        suite.journey("ERASURE", other, "en").run();
        assertThat(journey.state()).isEqualTo("WITHDRAWN");
        assertThat(suite.stores().holdings(person)).isEqualTo(held);
    }

    private static void prove(Journey journey) {
        journey.submit();
        journey.prove();
        journey.awaitState("AWAITING_CONFIRMATION");
        journey.confirm();
    }

    /** The sample controller under another name, with a hold window. */
    private static void provide(Suite suite) throws IOException {
        var from = suite.home().resolve("controllers/smallrig");
        var to = suite.home().resolve("controllers/" + CONTROLLER);
        if (Files.exists(to.resolve("controller.yaml"))) {
            return;
        }
        Files.createDirectories(to.resolve("profiles"));
        copy(from, to, "data-map.yaml");
        suite.giveSecrets("smallrig", CONTROLLER);
        var profile = Files.readString(from.resolve("profiles/2021-06.yaml"))
                .replace("profile: smallrig", "profile: " + CONTROLLER)
                .replace("identity: {from: RECEIPT, within: 30 days}", "identity: {from: RECEIPT, within: 20 days}")
                .replaceFirst(
                        "        confirmation: WITH_ACCOUNT",
                        "        hold: {window: 3 days}\n        confirmation: WITH_ACCOUNT");
        Files.writeString(to.resolve("profiles/2021-06.yaml"), profile);
        copy(from, to, "controller.yaml");
    }

    private static void copy(Path from, Path to, String name) throws IOException {
        Files.writeString(
                to.resolve(name),
                Files.readString(from.resolve(name)).replace("controller: smallrig", "controller: " + CONTROLLER));
    }
}
