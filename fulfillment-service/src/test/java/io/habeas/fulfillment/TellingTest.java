// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static io.habeas.fulfillment.Workshop.email;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.habeas.contracts.FulfillmentAnnouncement.Completed;
import io.habeas.contracts.FulfillmentAnnouncement.Delayed;
import io.habeas.contracts.FulfillmentAnnouncement.OutcomesRecorded;
import io.habeas.contracts.FulfillmentAnnouncement.Planned;
import io.habeas.contracts.FulfillmentAnnouncement.PlannedTask;
import io.habeas.contracts.Grade;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.Right;
import io.habeas.contracts.TaskOutcome;
import io.habeas.contracts.Telling;
import io.habeas.contracts.Telling.Told;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Recipients are told that a use has ended: those that the data map marks for it, by the day of the policy, and no store is touched. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TellingTest {

    private static final Duration WEEK = Duration.ofDays(7);

    private static Stores stores;
    private static Workshop workshop;
    private static WireMockServer outside;

    @BeforeAll
    static void open() throws IOException {
        stores = Stores.start();
        workshop = new Workshop(stores);
        outside = new WireMockServer(options().bindAddress("127.0.0.1").dynamicPort());
        outside.start();
        stores.mailer("endpoint: \"http://127.0.0.1:" + outside.port() + "/mailer\"\nmarks: [DIRECT_MARKETING]");
        Files.writeString(
                stores.home().resolve("controllers/acme/data-map.yaml"),
                """
                - id: partner
                  kind: http
                  role: THIRD_PARTY
                  region: US
                  receives: [A]
                  signing: {secret: mailer-signing}
                  endpoint: "http://127.0.0.1:%d/partner"
                  marks: [SALE, ADVERTISING]
                  purposes: [BUSINESS_PARTNERS]
                  knows: [COOKIE_ID]
                """.formatted(outside.port()),
                StandardOpenOption.APPEND);
    }

    @AfterAll
    static void close() {
        outside.stop();
        workshop.close();
    }

    @BeforeEach
    void fresh() {
        outside.resetAll();
        outside.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(202)));
        workshop.jdbc
                .sql("update task set state = 'CANCELLED' where recipient and state in ('READY', 'WAITING')")
                .update();
    }

    private static Telling telling(Told told, String use, String... channels) {
        return new Telling(
                told, List.of(use), List.of(channels), workshop.clock.instant().plus(WEEK));
    }

    private static List<String> planned(UUID request) {
        return workshop.announced.of(request, Planned.class).stream()
                .flatMap(it -> it.tasks().stream())
                .map(PlannedTask::store)
                .toList();
    }

    private static Identifier cookie() {
        return new Identifier(IdentifierKind.COOKIE_ID, "cookie-" + UUID.randomUUID());
    }

    @Test
    void who_bought_the_data_is_told_of_an_opt_out_and_nobody_else() {
        var cookie = cookie();
        var request = workshop.approveTelling(
                Right.OPT_OUT_OF_SALE, telling(Told.NOTIFY_SALES, "SALE"), email("out@example.org"), cookie);
        workshop.plan();

        assertThat(planned(request)).containsExactly("partner");
        assertThat(workshop.announced
                        .of(request, Planned.class)
                        .getFirst()
                        .tasks()
                        .getFirst()
                        .kind())
                .isEqualTo(TaskOutcome.Kind.NOTIFY);
        assertThat(workshop.messenger.once()).isTrue();

        assertThat(outside.findAll(postRequestedFor(anyUrl()))).singleElement().satisfies(told -> {
            assertThat(told.getUrl()).isEqualTo("/partner");
            assertThat(told.getBodyAsString())
                    .contains(
                            "out@example.org", cookie.value(), "\"right\":\"OPT_OUT_OF_SALE\"", "\"uses\":[\"SALE\"]");
        });

        // the policy has a week, the map ten days
        workshop.advance(Duration.ofDays(8));
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            workshop.messenger.once();
            assertThat(workshop.announced.of(request, Completed.class)).hasSize(1);
        });
        assertThat(workshop.announced.of(request, OutcomesRecorded.class))
                .singleElement()
                .satisfies(it -> assertThat(it.outcomes())
                        .extracting(TaskOutcome::kind, TaskOutcome::grade)
                        .containsExactly(
                                org.assertj.core.groups.Tuple.tuple(TaskOutcome.Kind.NOTIFY, Grade.UNCONFIRMED)));
        assertThat(workshop.stateOf(request)).isEqualTo("DONE");
    }

    @Test
    void channels_and_purposes_say_whom_and_of_what() {
        var objection = workshop.approveTelling(
                Right.OBJECTION,
                telling(Told.NOTIFY_DIRECT_MARKETING, "MARKETING", "POST", "FAX"),
                email("object@example.org"));
        var consent = workshop.approveTelling(
                Right.CONSENT_WITHDRAWAL,
                telling(Told.NOTIFY_BOUND_TO_PURPOSE, "BUSINESS_PARTNERS"),
                email("consent@example.org"));
        workshop.plan();

        assertThat(planned(objection)).containsExactly("mailer");
        assertThat(planned(consent)).containsExactly("partner");
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            workshop.messenger.once();
            assertThat(outside.findAll(postRequestedFor(anyUrl())))
                    .anySatisfy(told -> assertThat(told.getBodyAsString())
                            .contains("object@example.org", "\"channels\":[\"POST\",\"FAX\"]"));
        });
    }

    @Test
    void where_nobody_is_meant_or_knows_the_person_it_is_done_at_once() {
        var nobody = workshop.approveTelling(
                Right.CONSENT_WITHDRAWAL, telling(Told.NOTIFY_BOUND_TO_PURPOSE, "COOKIES"), email("a@example.org"));
        var unknown =
                workshop.approveTelling(Right.OBJECTION, telling(Told.NOTIFY_DIRECT_MARKETING, "MARKETING"), cookie());
        workshop.plan();

        for (var request : List.of(nobody, unknown)) {
            assertThat(planned(request)).isEmpty();
            assertThat(workshop.announced.of(request, Completed.class)).hasSize(1);
            assertThat(workshop.stateOf(request)).isEqualTo("DONE");
        }
    }

    @Test
    void nobody_is_told_of_what_is_not_in_the_audit_log_and_no_word_is_said_of_a_moment() {
        var message = workshop.approvalTelling(
                Right.OPT_OUT_OF_SALE, null, telling(Told.NOTIFY_SALES, "SALE"), email("forged@example.org"));
        workshop.receive(message);
        workshop.plan();
        // a moment that no pause of this machine is longer than
        workshop.jdbc
                .sql("update fulfillment_order set stored_at = now() + interval '10 minutes' where request_id = ?")
                .param(message.requestId())
                .update();

        assertThat(workshop.messenger.once()).isTrue();

        assertThat(outside.findAll(postRequestedFor(anyUrl()))).isEmpty();
        assertThat(workshop.announced.of(message.requestId(), Delayed.class)).isEmpty();
    }
}
