// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a login at the controller's account system proves, and what it does not. Moves no time. */
@Order(63)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
class LoginTest {

    @Test
    @DisplayName(
            "[CIC-08] an account is cancelled only after an explicit confirmation of the consequences: whoever logged in confirms the prompt and"
                    + " needs no code, whoever did not proves identity by contact first; what the law lets go is erased")
    void an_account_with_cic_is_cancelled(Suite suite) throws IOException {
        cancelledByLogin(suite, "cic");
        cancelledByContact(suite, "cic");
    }

    @Test
    @DisplayName(
            "[CI-07] an account is cancelled after its prompt was read and agreed to: by login, or after identity was proved by contact; what the"
                    + " law lets go is erased")
    void an_account_with_ciie_is_cancelled(Suite suite) throws IOException {
        cancelledByLogin(suite, "ciie");
        cancelledByContact(suite, "ciie");
    }

    private static void cancelledByLogin(Suite suite, String controller) throws IOException {
        var person = suite.somebody();
        var journey = cancelling(suite, controller, person);
        var held = suite.stores().holdings(person);

        // saying yes without any proof is not taken, and neither is the login of another
        assertThat(journey.confirm().status()).isEqualTo(403);
        var another = suite.somebody();
        assertThat(journey.logIn(suite.login(controller, another, journey.requestId()))
                        .problem())
                .isEqualTo("login-not-accepted");
        assertThat(journey.state()).isEqualTo("AWAITING_IDENTITY");

        var proof = journey.logIn(suite.login(controller, person, journey.requestId(), "--email", person.email()));

        assertThat(proof.status()).as("%s", proof.body()).isEqualTo(200);
        assertThat(proof.text("/proofLevel")).isEqualTo("STANDARD");
        confirmedAndErased(suite, journey, person, held);
    }

    private static void cancelledByContact(Suite suite, String controller) throws IOException {
        var person = suite.somebody();
        var journey = cancelling(suite, controller, person);
        var held = suite.stores().holdings(person);

        assertThat(journey.confirm().status()).isEqualTo(403);
        assertThat(journey.prove().status()).isEqualTo(200);

        confirmedAndErased(suite, journey, person, held);
    }

    private static Journey cancelling(Suite suite, String controller, Stores.Customer person) {
        var journey = suite.journeyUnder(
                controller, "ACCOUNT_CANCELLATION", person.email(), "en", body -> body.put("jurisdiction", "CN"));
        assertThat(journey.submit().status()).isEqualTo(202);
        return journey;
    }

    private static void confirmedAndErased(
            Suite suite, Journey journey, Stores.Customer person, java.util.Map<String, Long> held) {
        journey.awaitState("AWAITING_CONFIRMATION");
        assertThat(suite.mailbox()
                        .awaitLetter(person.email(), journey.reference(), "CONFIRM_ERASURE")
                        .text())
                .contains("to cancel your account")
                .contains("You can not log in any more")
                .contains("It can not be undone");
        assertThat(suite.stores().holdings(person)).isEqualTo(held);

        assertThat(journey.confirm().status()).isEqualTo(202);

        var status = journey.awaitState("ANSWERED", "CLOSED");
        assertThat(suite.stores().traces(person)).isEmpty();
        for (var outcome : status.path("outcomes")) {
            assertThat(outcome.path("kind").asString("")).isEqualTo("ERASE");
            // a recipient signs for it, a store is looked into again
            assertThat(outcome.path("grade").asString(""))
                    .isEqualTo(outcome.path("store").asString("").equals("mailer") ? "ATTESTED" : "VERIFIED");
        }
    }

    @Test
    @DisplayName(
            "[SR-15] a login at the account verifies a request at once, without any code, for that account and not for data outside of it")
    void a_login_is_for_its_own_account(Suite suite, @TempDir Path folder) throws Exception {
        var person = suite.somebody();
        var another = suite.somebody();
        var ticket = ticketWithoutAccount(suite, person);
        var journey = suite.journey("ACCESS", person, "en");
        assertThat(journey.submit().status()).isEqualTo(202);

        var ofAnother = journey.logIn(suite.login("smallrig", another, journey.requestId()));
        var ofAnotherRequest =
                journey.logIn(suite.login("smallrig", person, UUID.randomUUID().toString()));
        var ofAnotherController = journey.logIn(suite.login("cic", person, journey.requestId()));
        assertThat(java.util.List.of(ofAnother.problem(), ofAnotherRequest.problem(), ofAnotherController.problem()))
                .containsOnly("login-not-accepted");
        var proof = journey.logIn(suite.login("smallrig", person, journey.requestId()));

        assertThat(proof.status()).as("%s", proof.body()).isEqualTo(200);
        journey.awaitState("ANSWERED", "CLOSED");
        // the login is a moment old, and the package is for a fresh proof
        var files = journey.fetch(folder.resolve("by-login.zip")).files();
        assertThat(files.get("data/shop/customers.json")).contains(person.email());
        assertThat(files.values()).noneMatch(text -> text.contains(ticket));

        var byContact = suite.journey("ACCESS", person, "en");
        byContact.run();
        assertThat(byContact.fetch(folder.resolve("by-contact.zip")).files().values())
                .anyMatch(text -> text.contains(ticket));
    }

    @Test
    void where_the_policy_takes_no_login_a_login_proves_nothing(Suite suite) throws IOException {
        var person = suite.somebody();
        var journey =
                suite.journeyUnder("zhiqi", "ACCESS", person.email(), "en", body -> body.put("jurisdiction", "CN"));
        assertThat(journey.submit().status()).isEqualTo(202);

        var answer = journey.logIn(suite.login("smallrig", person, journey.requestId()));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.problem()).isEqualTo("not-on-offer-here");
        assertThat(journey.state()).isEqualTo("AWAITING_IDENTITY");
    }

    /** Somebody wrote to the shop from that address, and not from the account. */
    private static String ticketWithoutAccount(Suite suite, Stores.Customer person) throws SQLException {
        var subject = "from outside " + UUID.randomUUID();
        try (var connection = suite.stores().connect();
                var insert = connection.prepareStatement(
                        "insert into tickets (id, email, subject, body, created_at) values (?, ?, ?, ?, now() - interval '1 day')")) {
            insert.setLong(1, 800_000_000L + person.id());
            insert.setString(2, person.email());
            insert.setString(3, subject);
            insert.setString(4, "where is my parcel?");
            insert.executeUpdate();
        }
        return subject;
    }
}
