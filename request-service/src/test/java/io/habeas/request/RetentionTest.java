// SPDX-License-Identifier: Apache-2.0
package io.habeas.request;

import static io.habeas.request.RunningService.freshKey;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.habeas.contracts.Announcement;
import io.habeas.contracts.FulfillmentAnnouncement.Completed;
import io.habeas.contracts.FulfillmentAnnouncement.FollowedUp;
import io.habeas.contracts.FulfillmentAnnouncement.FollowedUpCollection;
import io.habeas.contracts.FulfillmentAnnouncement.OutcomesRecorded;
import io.habeas.contracts.FulfillmentAnnouncement.Planned;
import io.habeas.contracts.FulfillmentAnnouncement.PlannedTask;
import io.habeas.contracts.Grade;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.KeyClass;
import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.NotificationAnnouncement.Sent;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.SealedField;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.TaskOutcome.CollectionOutcome;
import io.habeas.contracts.TaskOutcome.Kept;
import io.habeas.contracts.TaskOutcome.Kind;
import io.habeas.contracts.VerificationAnnouncement.Passed;
import io.habeas.messaging.Inbound;
import io.habeas.messaging.Subscription;
import io.habeas.sealeddata.KeyDestroyedException;
import io.habeas.sealeddata.KeyStore;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.LegalClock;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Moves legal time by years, so each test has a service of its own. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RetentionTest {

    private static final String ACCESS = """
            {"right": "ACCESS", "jurisdiction": "US-CA", "language": "en",
             "subject": {"name": "Zaphod Mark", "identifiers": [{"kind": "EMAIL", "value": "zaphod.mark@example.org"}]}}""";

    @TempDir
    Path folder;

    private RunningService service;

    @BeforeEach
    void start() {
        service = RunningService.start(folder);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private record Filed(UUID id, String token, SealedField replyTo) {

        String path() {
            return "/api/v1/requests/" + id;
        }
    }

    private Filed file() {
        return file(ACCESS);
    }

    private Filed file(String body) {
        var answer = service.post("/api/v1/controllers/smallrig/requests", freshKey(), "", body);
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
        var id = UUID.fromString(answer.text("/requestId"));
        var replyTo = service.rows("select convert_from(payload, 'UTF8')::json -> 'replyTo' ->> 'key',"
                        + " convert_from(payload, 'UTF8')::json -> 'replyTo' ->> 'ciphertext' from event where stream = '"
                        + id + "'")
                .getFirst()
                .split("\\|");
        return new Filed(id, answer.text("/token"), new SealedField(UUID.fromString(replyTo[0]), replyTo[1]));
    }

    private JsonNode open(Filed filed) {
        return service.bean(Sealer.class).open("smallrig", filed.id(), "replyTo", filed.replyTo(), JsonNode.class);
    }

    private RunningService.Answer status(Filed filed) {
        return service.get(filed.path(), service.issuer.staffToken(List.of("reviewer"), List.of("smallrig")));
    }

    private List<String> erased(Filed filed) {
        return status(filed).body().at("/erased").findValuesAsString("what");
    }

    private List<String> keyRows(String sql) {
        try (var connection = service.connection("habeas_keys");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var found = new ArrayList<String>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void keys_that_a_killed_process_had_made_ahead_are_removed_and_those_that_an_event_names_are_not() {
        var filed = file();
        var mine = "select state from data_key where id = '" + filed.replyTo().key() + "'";
        await().atMost(120, SECONDS)
                .untilAsserted(() -> assertThat(keyRows(mine)).containsExactly("ASSIGNED"));
        var unused = keyRows("select id from data_key where state = 'POOLED' order by created_at, id limit 3");
        // as a process leaves them that was killed two months ago, right after it had committed the request
        service.execute(
                "habeas_keys",
                "update data_key set state = 'POOLED', request_id = null, created_at = now() - interval '60 days' where id in ('"
                        + filed.replyTo().key() + "', '" + String.join("', '", unused) + "')");
        var swept = "select id from data_key where id in ('" + String.join("', '", unused) + "')";

        service.advance(Duration.ZERO);

        await().atMost(120, SECONDS).untilAsserted(() -> {
            assertThat(keyRows(swept)).isEmpty();
            assertThat(keyRows(mine)).containsExactly("ASSIGNED");
        });
        assertThat(keyRows("select id from data_key where state = 'POOLED'"))
                .as("what this process made ahead itself")
                .isNotEmpty();
        assertThat(open(filed).toString()).contains("zaphod.mark@example.org");
    }

    @Test
    void a_month_that_is_over_takes_forgotten_keys_with_it_and_never_the_key_of_a_case() {
        var filed = file();
        var keys = service.bean(KeyStore.class);
        var forgotten = keys.allot("smallrig", filed.id(), KeyClass.PACKAGE);
        keys.prolong("smallrig", filed.replyTo().key(), Instant.now().plus(Duration.ofDays(40)));

        service.advance(Duration.ofDays(250));

        await().atMost(120, SECONDS)
                .untilAsserted(() -> assertThat(keyRows("select reason from data_key where id = '" + forgotten + "'"))
                        .containsExactly("MONTH_ENDED"));
        assertThat(open(filed).toString()).contains("zaphod.mark@example.org");
    }

    @Test
    void the_key_of_a_case_outlives_its_retention_while_something_that_was_kept_is_still_to_be_erased() {
        var filed = erasureFiled();
        var shop = UUID.randomUUID();
        var plan = UUID.randomUUID();
        var day = legalDay().plusDays(10);
        announce(
                "fulfillmentSubscription",
                new Planned(filed.id(), plan, "smallrig/1", List.of(new PlannedTask(shop, "shop", Kind.ERASE, 1))),
                filed);
        announce("fulfillmentSubscription", new OutcomesRecorded(filed.id(), List.of(kept(shop, day))), filed);
        announce("fulfillmentSubscription", new Completed(filed.id(), plan, null), filed);
        announce("notificationSubscription", new Sent(filed.id(), Letter.ANSWERED, "email"), filed);
        var before = status(filed);
        assertThat(before.text("/state")).isEqualTo("CLOSED");
        assertThat(LocalDate.parse(before.text("/retention/lastDay"))).isAfterOrEqualTo(day.plusMonths(24));

        service.advance(Duration.ofDays(10 + 24 * 31 + 5));

        await().atMost(120, SECONDS)
                .untilAsserted(() -> assertThat(LocalDate.parse(status(filed).text("/retention/lastDay")))
                        .isAfter(legalDay()));
        assertThat(erased(filed)).containsExactly("IDENTITY");
        assertThat(open(filed).toString()).contains("zaphod.mark@example.org");
        announce(
                "fulfillmentSubscription",
                new FollowedUp(
                        filed.id(),
                        shop,
                        "shop",
                        day,
                        List.of(new FollowedUpCollection("orders", "TRANSACTION_RECORDS", 0, 1, 0)),
                        service.bean(LegalClock.class).instant(),
                        null),
                filed);

        service.advance(Duration.ofDays(31));

        await().atMost(120, SECONDS)
                .untilAsserted(() -> assertThat(erased(filed)).containsExactly("IDENTITY", "CASE"));
        assertThatThrownBy(() -> open(filed)).isInstanceOf(KeyDestroyedException.class);
    }

    private LocalDate legalDay() {
        return service.bean(LegalClock.class).instant().atZone(ZoneOffset.UTC).toLocalDate();
    }

    private static TaskOutcome kept(UUID task, LocalDate day) {
        return new TaskOutcome(
                task,
                "shop",
                Kind.ERASE,
                Grade.VERIFIED,
                List.of(new CollectionOutcome(
                        "orders",
                        List.of("B"),
                        1,
                        0,
                        0,
                        0,
                        List.of(new Kept("TRANSACTION_RECORDS", 1, day)),
                        List.of())));
    }

    /** An erasure that is approved: the person has no account, and is not asked to confirm. */
    private Filed erasureFiled() {
        var filed = file(ACCESS.replace("ACCESS", "ERASURE"));
        var key = service.rows("select convert_from(payload, 'UTF8')::json -> 'keys' ->> 'caseKey' from event"
                        + " where type = 'request.received' and stream = '" + filed.id() + "'")
                .getFirst();
        var who = new Sealed.Proved(List.of(new Identifier(IdentifierKind.EMAIL, "zaphod.mark@example.org")));
        var sealer = service.bean(Sealer.class);
        announce(
                "verificationSubscription",
                new Passed(
                        filed.id(),
                        ProofMethod.CONTACT_ON_FILE,
                        ProofLevel.STANDARD,
                        sealer.seal("smallrig", filed.id(), "proved", UUID.fromString(key), who),
                        new SealedField(UUID.fromString(key), "c2VhbGVk"),
                        false,
                        service.bean(LegalClock.class).instant()),
                filed);
        assertThat(status(filed).text("/state")).isEqualTo("IN_FULFILLMENT");
        return filed;
    }

    @SuppressWarnings("unchecked")
    private void announce(String subscription, Announcement announcement, Filed filed) {
        var receiver = ((Subscription<Announcement>) service.bean(subscription, Subscription.class)).receiver();
        try {
            receiver.on(new Inbound<>(
                    UUID.randomUUID(), filed.id(), "smallrig", 0, Instant.now(), null, announcement, new byte[0]));
        } catch (RuntimeException refused) {
            throw refused;
        } catch (Exception unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    @Test
    void after_the_retention_nothing_of_a_case_can_be_opened_and_its_status_says_so() {
        var filed = file();
        assertThat(open(filed).toString()).contains("zaphod.mark@example.org");
        assertThat(status(filed).body().at("/retention").isNull()).isTrue();
        service.post(filed.path() + "/withdrawal", freshKey(), filed.token(), "{}");
        var before = status(filed);
        assertThat(before.text("/retention/rule")).isEqualTo("smallrig@2021-06#retention.case");

        service.advance(Duration.ofDays(725));
        await().atMost(120, SECONDS)
                .untilAsserted(() -> assertThat(erased(filed)).containsExactly("IDENTITY"));
        assertThat(open(filed).toString()).contains("zaphod.mark@example.org");
        service.advance(Duration.ofDays(10));

        await().atMost(120, SECONDS)
                .untilAsserted(() -> assertThat(erased(filed)).containsExactly("IDENTITY", "CASE"));
        assertThatThrownBy(() -> open(filed)).isInstanceOf(KeyDestroyedException.class);
        var after = status(filed);
        assertThat(after.status()).isEqualTo(200);
        assertThat(after.text("/state")).isEqualTo("WITHDRAWN");
        assertThat(after.text("/reference")).isEqualTo(before.text("/reference"));
        assertThat(service.rows("select kind from due where request_id = '" + filed.id() + "'"))
                .isEmpty();
    }
}
