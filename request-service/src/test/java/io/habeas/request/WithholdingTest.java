// SPDX-License-Identifier: Apache-2.0
package io.habeas.request;

import static io.habeas.request.RunningService.freshKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.habeas.contracts.Announcement;
import io.habeas.contracts.ControllerAnnouncement;
import io.habeas.contracts.ControllerAnnouncement.Came;
import io.habeas.contracts.ControllerAnnouncement.DataMapTookEffect;
import io.habeas.contracts.ControllerAnnouncement.MappedCollection;
import io.habeas.contracts.ControllerAnnouncement.MappedField;
import io.habeas.contracts.FulfillmentAnnouncement.GivenBack;
import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.Sealed;
import io.habeas.contracts.SealedField;
import io.habeas.contracts.VerificationAnnouncement;
import io.habeas.messaging.Inbound;
import io.habeas.messaging.Subscription;
import io.habeas.request.RunningService.Answer;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.LegalClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept back is held against the data map that counts, on a real database and with real keys. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class WithholdingTest {

    private static final String DESK = "/api/v1/desk/requests";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    static Path folder;

    private static RunningService service;

    @BeforeAll
    static void start() {
        service = RunningService.start(folder);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @BeforeEach
    void nothingIsKnown() {
        service.execute("habeas_request", "delete from known_data_map");
    }

    private static String reviewer() {
        return service.issuer.staffToken(List.of("reviewer"), List.of("smallrig"));
    }

    private static UUID underReview() {
        var email = "zaphod-" + UUID.randomUUID() + "@example.org";
        var answer = service.post("/api/v1/controllers/smallrig/requests", freshKey(), "", """
                {"right": "ACCESS", "jurisdiction": "US-CA", "language": "en",
                 "subject": {"identifiers": [{"kind": "EMAIL", "value": "%s"}]}}""".formatted(email));
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
        var id = UUID.fromString(answer.text("/requestId"));
        service.post(DESK + "/" + id + "/reviews", freshKey(), reviewer(), "{}");
        announce(
                "verificationSubscription",
                new VerificationAnnouncement.Passed(
                        id,
                        ProofMethod.CONTACT_ON_FILE,
                        ProofLevel.STANDARD,
                        sealed(id, "proved", new Sealed.Proved(List.of(new Identifier(IdentifierKind.EMAIL, email)))),
                        sealed(id, "contact", new Sealed.Contact(null, email)),
                        true,
                        service.bean(LegalClock.class).instant()));
        assertThat(state(id)).isEqualTo("UNDER_REVIEW");
        return id;
    }

    private static SealedField sealed(UUID id, String field, Object plain) {
        var key = service.rows("select convert_from(payload, 'UTF8')::json -> 'keys' ->> 'caseKey' from event"
                        + " where type = 'request.received' and stream = '" + id + "'")
                .getFirst();
        return service.bean(Sealer.class).seal("smallrig", id, field, UUID.fromString(key), plain);
    }

    private static UUID announce(String subscription, Announcement announcement) {
        var event = UUID.randomUUID();
        announce(subscription, announcement, event);
        return event;
    }

    private static void announce(String subscription, Announcement announcement, UUID event) {
        @SuppressWarnings("unchecked")
        Subscription<Announcement> to = service.bean(subscription, Subscription.class);
        try {
            to.receiver()
                    .on(new Inbound<>(
                            event,
                            announcement.requestId(),
                            "smallrig",
                            0,
                            Instant.now(),
                            null,
                            announcement,
                            new byte[0]));
        } catch (RuntimeException refused) {
            throw refused;
        } catch (Exception unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    private static void tookEffect(String version, MappedField... fields) {
        announce(
                "controllerSubscription",
                new DataMapTookEffect(
                        ControllerAnnouncement.dataMapOf("smallrig"),
                        version,
                        Came.FILE,
                        null,
                        Instant.parse("2026-11-27T10:00:00Z"),
                        List.of(new MappedCollection("shop", "customers", List.of(fields)))));
    }

    private static MappedField field(String name, String category) {
        return new MappedField(name, category, true);
    }

    private static void tookEffect() {
        tookEffect(
                "v1", field("email", "A"), field("phone", "A"), new MappedField("password_hash", "CREDENTIALS", false));
    }

    private static Answer keepBack(UUID id, String key, String... names) {
        var withhold = String.join(
                ",",
                List.of(names).stream()
                        .map(it -> "{\"category\":\"" + it + "\",\"ground\":\"SECURITY_RISK\"}")
                        .toList());
        return service.post(
                DESK + "/" + id + "/decisions",
                key,
                reviewer(),
                "{\"decision\":\"APPROVE_IN_PART\",\"withhold\":[" + withhold + "]}");
    }

    private static String state(UUID id) {
        return service.get("/api/v1/requests/" + id, reviewer()).text("/state");
    }

    private static List<String> offered(Answer answer) {
        return answer.body()
                .path("onOffer")
                .valueStream()
                .map(it -> it.asString(""))
                .toList();
    }

    @Test
    void a_name_that_the_map_does_not_have_is_refused_with_those_that_it_has() {
        tookEffect();
        var id = underReview();

        var mistyped = keepBack(id, freshKey(), "shop.customers.phone", "shop.customers.fone");

        assertThat(mistyped.status()).isEqualTo(422);
        assertThat(mistyped.text("/errors/0/pointer")).isEqualTo("/withhold/1/category");
        assertThat(offered(mistyped)).containsExactly("A", "shop.customers.email", "shop.customers.phone");
        assertThat(state(id)).isEqualTo("UNDER_REVIEW");
    }

    @Test
    void what_no_package_has_can_not_be_kept_back_either() {
        tookEffect();
        var id = underReview();

        assertThat(keepBack(id, freshKey(), "CREDENTIALS").status()).isEqualTo(422);
        assertThat(keepBack(id, freshKey(), "shop.customers.password_hash").status())
                .isEqualTo(422);
    }

    @Test
    void a_category_or_a_field_of_the_map_is_taken() {
        tookEffect();

        assertThat(keepBack(underReview(), freshKey(), "A").status()).isEqualTo(202);
        assertThat(keepBack(underReview(), freshKey(), "shop.customers.phone").status())
                .isEqualTo(202);
    }

    @Test
    void a_repeat_of_what_was_taken_is_taken_whatever_the_map_says_by_then() {
        tookEffect();
        var id = underReview();
        var key = freshKey();
        keepBack(id, key, "shop.customers.phone");
        tookEffect("v2", field("email", "A"));

        assertThat(keepBack(id, key, "shop.customers.phone").status()).isEqualTo(202);
        assertThat(state(id)).isEqualTo("IN_FULFILLMENT");
    }

    @Test
    void the_map_that_was_told_last_counts() {
        tookEffect();
        tookEffect("v2", field("email", "A"), field("mobile", "M"));
        var id = underReview();

        assertThat(offered(keepBack(id, freshKey(), "shop.customers.phone")))
                .containsExactly("A", "M", "shop.customers.email", "shop.customers.mobile");
        assertThat(keepBack(id, freshKey(), "M").status()).isEqualTo(202);
    }

    @Test
    void a_reviewer_sees_what_can_be_kept_back() {
        tookEffect();
        var id = underReview();

        var shown = service.get(DESK + "/" + id, reviewer());

        assertThat(shown.text("/withholdable/dataMap")).isEqualTo("v1");
        assertThat(shown.body().at("/withholdable/categories").toString()).isEqualTo("[\"A\"]");
        assertThat(shown.body().at("/withholdable/fields").toString())
                .isEqualTo("[\"shop.customers.email\",\"shop.customers.phone\"]");
    }

    @Test
    void where_no_map_is_known_the_decision_goes_on_and_comes_back_if_it_can_not_be_planned() {
        var id = underReview();
        var shown = service.get(DESK + "/" + id, reviewer());

        assertThat(shown.body().path("withholdable").isNull()).isTrue();
        assertThat(keepBack(id, freshKey(), "shop.customers.fone").status()).isEqualTo(202);
        assertThat(state(id)).isEqualTo("IN_FULFILLMENT");

        var givenBack = new GivenBack(id, GivenBack.Reason.WITHHELD_NOT_IN_THE_MAP);
        var event = announce("fulfillmentSubscription", givenBack);

        assertThat(state(id)).isEqualTo("UNDER_REVIEW");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(service.rows(
                        "select state || ' ' || role || ' ' || reason from desk_request where request_id = '" + id
                                + "'"))
                .containsExactly("UNDER_REVIEW REVIEWER WITHHELD_NOT_IN_THE_MAP"));
        tookEffect();
        assertThat(keepBack(id, freshKey(), "shop.customers.phone").status()).isEqualTo(202);
        announce("fulfillmentSubscription", givenBack, event);
        assertThat(state(id))
                .as("the same message once more has no second effect")
                .isEqualTo("IN_FULFILLMENT");
        assertThat(service.rows(
                        "select convert_from(payload, 'UTF8')::json -> 'withheld' -> 0 ->> 'category' from event"
                                + " where type = 'request.approved' and stream = '" + id + "' order by sequence"))
                .containsExactly("shop.customers.fone", "shop.customers.phone");
    }
}
