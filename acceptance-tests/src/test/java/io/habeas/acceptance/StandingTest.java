// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.habeas.acceptance.Api.Answer;
import io.habeas.auditlog.LogEntry;
import io.habeas.auditlog.LogProof;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** What people say to the use of their data stands at once and without a request. The last test moves legal time by a year. */
@Order(96)
@ExtendWith(RunningSuite.class)
@DisplayNameGeneration(ReplaceUnderscores.class)
@TestMethodOrder(OrderAnnotation.class)
class StandingTest {

    private static final String[] NOTHING = {"X-Nothing", "0"};

    private static String clerk = "";

    /** Made once, and anew when legal time has left it behind. */
    private static String clerk(Suite suite) throws IOException {
        if (clerk.isEmpty()) {
            clerk = suite.staffToken("clerk");
        }
        return clerk;
    }

    private static String key() {
        return "standing-test-" + UUID.randomUUID();
    }

    private static String device() {
        return "device-" + UUID.randomUUID();
    }

    private static String path(String controller, String rest) {
        return "/api/v1/controllers/" + controller + rest;
    }

    private static String about(String jurisdiction, String more, String kind, String value) {
        return "{\"jurisdiction\": \"" + jurisdiction + "\"" + more + ", \"identifiers\": [{\"kind\": \"" + kind
                + "\", \"value\": \"" + value + "\"}]}";
    }

    private static Answer signal(
            Suite suite,
            String controller,
            String jurisdiction,
            String more,
            String kind,
            String value,
            String... headers)
            throws IOException {
        var answer = suite.api()
                .postAs(
                        path(controller, "/signals"),
                        key(),
                        about(jurisdiction, more, kind, value),
                        headers.length == 0 ? NOTHING : headers);
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
        return answer;
    }

    /** As a system of the controller passes it on: it hears what stands. */
    private static Answer signalPassedOn(
            Suite suite, String controller, String jurisdiction, String kind, String value, String... headers)
            throws IOException {
        var all = Stream.concat(Stream.of(headers), Stream.of("authorization", "Bearer " + clerk(suite)))
                .toArray(String[]::new);
        return signal(suite, controller, jurisdiction, "", kind, value, all);
    }

    private static Answer query(
            Suite suite, String controller, String jurisdiction, String purpose, String kind, String value)
            throws IOException {
        return suite.api()
                .post(
                        path(controller, "/standing/queries"),
                        clerk(suite),
                        key(),
                        "{\"jurisdiction\": \"" + jurisdiction + "\", \"purpose\": \"" + purpose
                                + "\", \"people\": [{\"identifiers\": [{\"kind\": \"" + kind + "\", \"value\": \""
                                + value
                                + "\"}]}]}");
    }

    private static boolean may(
            Suite suite, String controller, String jurisdiction, String purpose, String kind, String value)
            throws IOException {
        var answer = query(suite, controller, jurisdiction, purpose, kind, value);
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        assertThat(answer.text("/answers/0/rule")).startsWith(controller + "@");
        return answer.body().at("/answers/0/allowed").asBoolean();
    }

    private static Answer consent(
            Suite suite, String controller, String jurisdiction, String purpose, boolean given, String value)
            throws IOException {
        return suite.api()
                .post(
                        path(controller, "/standing/consents"),
                        clerk(suite),
                        key(),
                        about(
                                jurisdiction,
                                ", \"purpose\": \"" + purpose + "\", \"given\": " + given,
                                "COOKIE_ID",
                                value));
    }

    private static Answer prompt(Suite suite, String controller, String jurisdiction, String purpose, String value)
            throws IOException {
        return suite.api()
                .post(
                        path(controller, "/standing/prompts"),
                        clerk(suite),
                        key(),
                        about(jurisdiction, ", \"purpose\": \"" + purpose + "\"", "COOKIE_ID", value));
    }

    @Test
    @Order(1)
    @DisplayName(
            "[CIG-29] an EU cookie id stands at no for functional and targeting until consent, at yes for strictly necessary, and is"
                    + " withdrawn with no account and no proof")
    void cookies_in_the_union(Suite suite) throws IOException {
        var cookie = device();
        assertThat(may(suite, "cig", "FR", "STRICTLY_NECESSARY_COOKIES", "COOKIE_ID", cookie))
                .isTrue();
        for (var purpose : List.of("FUNCTIONAL_COOKIES", "TARGETING_COOKIES")) {
            var silent = query(suite, "cig", "FR", purpose, "COOKIE_ID", cookie);
            assertThat(silent.body().at("/answers/0/allowed").asBoolean()).isFalse();
            assertThat(silent.text("/answers/0/because")).isEqualTo("SILENCE");
            assertThat(silent.text("/answers/0/rule")).isEqualTo("cig@2025-04#EU.consents." + purpose + ".standing");

            assertThat(consent(suite, "cig", "FR", purpose, true, cookie).status())
                    .isEqualTo(202);
            assertThat(may(suite, "cig", "FR", purpose, "COOKIE_ID", cookie)).isTrue();

            signal(suite, "cig", "FR", ", \"unsubscribe\": [{\"purpose\": \"" + purpose + "\"}]", "COOKIE_ID", cookie);
            assertThat(may(suite, "cig", "FR", purpose, "COOKIE_ID", cookie)).isFalse();
        }
        assertThat(may(suite, "cig", "FR", "STRICTLY_NECESSARY_COOKIES", "COOKIE_ID", cookie))
                .isTrue();
    }

    @Test
    @Order(2)
    @DisplayName(
            "[CI-17] DNT, and Sec-GPC as our addition, count as an objection to tracking, advertising and personalisation for that"
                    + " device, and as no opt-out of sale")
    void do_not_track_is_honoured(Suite suite) throws IOException {
        for (var header : List.of("DNT", "Sec-GPC")) {
            var device = device();
            var uses = List.of("TRACKING", "ADVERTISING", "PERSONALIZATION");
            for (var use : uses) {
                assertThat(may(suite, "ciie", "CN", use, "DEVICE_ID", device)).isTrue();
            }

            var taken = signalPassedOn(suite, "ciie", "CN", "DEVICE_ID", device, header, "1");

            assertThat(taken.text("/signals/0/effect")).isEqualTo("COUNTS");
            assertThat(taken.body().at("/signals/0/facts").findValuesAsString("purpose"))
                    .containsExactlyElementsOf(uses);
            for (var use : uses) {
                assertThat(may(suite, "ciie", "CN", use, "DEVICE_ID", device)).isFalse();
                assertThat(may(suite, "ciie", "CN", use, "DEVICE_ID", device())).isTrue();
            }
            var sale = query(suite, "ciie", "CN", "SALE", "DEVICE_ID", device);
            assertThat(sale.status()).isEqualTo(422);
            assertThat(sale.text("/errors/0/pointer")).isEqualTo("/purpose");
        }
    }

    @Test
    @Order(3)
    @DisplayName(
            "[SR-30] a DNT changes nothing and the answer says so; Sec-GPC from a Californian is a valid opt-out all the same, at CIG too")
    void do_not_track_is_not_honoured(Suite suite) throws IOException {
        for (var controller : List.of("smallrig", "cig")) {
            var cookie = device();
            var dnt = signal(suite, controller, "US-CA", "", "COOKIE_ID", cookie, "DNT", "1");
            assertThat(dnt.text("/signals/0/signal")).isEqualTo("DNT");
            assertThat(dnt.text("/signals/0/effect")).isEqualTo("NOT_HONOURED");
            assertThat(dnt.text("/signals/0/rule")).startsWith(controller + "@").endsWith("#signals.dnt");
            assertThat(dnt.body().at("/signals/0/facts").isEmpty()).isTrue();
            assertThat(may(suite, controller, "US-CA", "SALE", "COOKIE_ID", cookie))
                    .isTrue();

            var gpc = signal(suite, controller, "US-CA", "", "COOKIE_ID", cookie, "Sec-GPC", "1", "DNT", "1");
            assertThat(gpc.text("/signals/0/signal")).isEqualTo("GPC");
            assertThat(gpc.text("/signals/0/effect")).isEqualTo("COUNTS");
            assertThat(gpc.text("/signals/1/effect")).isEqualTo("NOT_HONOURED");
            assertThat(may(suite, controller, "US-CA", "SALE", "COOKIE_ID", cookie))
                    .isFalse();
        }
        var elsewhere = signal(suite, "smallrig", "DE", "", "COOKIE_ID", device(), "Sec-GPC", "1");
        assertThat(elsewhere.text("/signals/0/effect")).isEqualTo("NOT_KNOWN");
    }

    @Test
    @Order(4)
    @DisplayName(
            "[SR-25] an opt-in by the person, in two steps, ends the opt-out, with both on the trail; the absence of a signal is none")
    void back_into_sale(Suite suite) throws Exception {
        var cookie = device();
        var out = signalPassedOn(suite, "smallrig", "US-CA", "COOKIE_ID", cookie, "Sec-GPC", "1");
        signal(suite, "smallrig", "US-CA", "", "COOKIE_ID", cookie, "DNT", "1", "Sec-GPC", "0");
        assertThat(may(suite, "smallrig", "US-CA", "SALE", "COOKIE_ID", cookie)).isFalse();

        var first = suite.api()
                .post(
                        path("smallrig", "/standing/opt-ins"),
                        clerk(suite),
                        key(),
                        about("US-CA", "", "COOKIE_ID", cookie));
        assertThat(first.status()).isEqualTo(202);
        assertThat(first.text("/rule")).isEqualTo("smallrig@2021-06#US-CA.rights.OPT_IN_TO_SALE.steps");
        assertThat(may(suite, "smallrig", "US-CA", "SALE", "COOKIE_ID", cookie)).isFalse();
        var second = suite.api().post(first.text("/links/confirmation"), clerk(suite), key(), "{\"confirmed\": true}");
        assertThat(second.status()).isEqualTo(202);
        assertThat(may(suite, "smallrig", "US-CA", "SALE", "COOKIE_ID", cookie)).isTrue();

        assertTrail(suite, out.text("/signals/0/facts/0/fact"), "standing.set", "standing.ended");
        assertTrail(suite, second.text("/facts/0/fact"), "standing.opt-in-asked", "standing.set");
    }

    /** The proved entries of the audit log about one fact. */
    private static void assertTrail(Suite suite, String fact, String... types) throws IOException {
        var auditor = suite.staffToken("auditor");
        var key = AuditTest.key(suite);
        await().atMost(Journey.PATIENCE).untilAsserted(() -> {
            var answer = suite.api().get("/api/v1/audit/requests/" + fact + "/proof", auditor);
            var found = new ArrayList<String>();
            for (var item : answer.body().path("items")) {
                var entry = item.path("entry").binaryValue();
                LogProof.parse(item.path("proof").asString()).verify(entry, key);
                found.add(LogEntry.parse(entry).type());
            }
            assertThat(found).contains(types);
        });
    }

    @Test
    @Order(5)
    @DisplayName(
            "[CIC-25] after a no to personalised display the person is never asked again; the person's own later opt-in works")
    void asked_once(Suite suite) throws IOException {
        var device = device();
        assertThat(prompt(suite, "cic", "CN", "PERSONALIZED_DISPLAY", device).status())
                .isEqualTo(200);
        assertThat(may(suite, "cic", "CN", "PERSONALIZED_DISPLAY", "COOKIE_ID", device))
                .isFalse();

        consent(suite, "cic", "CN", "PERSONALIZED_DISPLAY", false, device);

        var blocked = prompt(suite, "cic", "CN", "PERSONALIZED_DISPLAY", device);
        assertThat(blocked.status()).isEqualTo(409);
        assertThat(blocked.problem()).isEqualTo("asked-before");
        assertThat(blocked.body().has("askAgainOn")).isFalse();
        assertThat(prompt(suite, "cic", "CN", "PERSONALIZED_DISPLAY", device()).status())
                .isEqualTo(200);

        assertThat(consent(suite, "cic", "CN", "PERSONALIZED_DISPLAY", true, device)
                        .status())
                .isEqualTo(202);
        assertThat(may(suite, "cic", "CN", "PERSONALIZED_DISPLAY", "COOKIE_ID", device))
                .isTrue();

        consent(suite, "cic", "CN", "PERSONALIZED_DISPLAY", false, device);
        assertThat(prompt(suite, "cic", "CN", "PERSONALIZED_DISPLAY", device).status())
                .isEqualTo(409);
    }

    @Test
    @Order(9)
    @DisplayName(
            "[SR-24] asking for the sale again within 12 months of an opt-out answers 409 with the date, which is on the record")
    void twelve_months(Suite suite) throws IOException {
        var cookie = device();
        var out = signalPassedOn(suite, "smallrig", "US-CA", "COOKIE_ID", cookie, "Sec-GPC", "1");
        var recorded = out.text("/signals/0/facts/0/askAgainFrom");

        var blocked = prompt(suite, "smallrig", "US-CA", "SALE", cookie);
        assertThat(blocked.status()).isEqualTo(409);
        assertThat(blocked.problem()).isEqualTo("asked-before");
        assertThat(blocked.text("/askAgainFrom")).isEqualTo(recorded).isNotEmpty();
        var since = LocalDate.parse(blocked.text("/since").substring(0, 10));
        assertThat(LocalDate.parse(blocked.text("/askAgainOn")))
                .isBetween(since.plusMonths(12), since.plusMonths(12).plusDays(1));

        suite.advance(Duration.ofDays(360));
        clerk = "";
        assertThat(prompt(suite, "smallrig", "US-CA", "SALE", cookie).status()).isEqualTo(409);
        suite.advance(Duration.ofDays(8));
        clerk = "";
        assertThat(prompt(suite, "smallrig", "US-CA", "SALE", cookie).status()).isEqualTo(200);
        assertThat(may(suite, "smallrig", "US-CA", "SALE", "COOKIE_ID", cookie)).isFalse();
    }
}
