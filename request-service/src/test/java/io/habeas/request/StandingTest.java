// SPDX-License-Identifier: Apache-2.0
package io.habeas.request;

import static io.habeas.request.RunningService.freshKey;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.habeas.contracts.Identifier;
import io.habeas.contracts.IdentifierKind;
import io.habeas.contracts.Stance;
import io.habeas.contracts.StandingOrigin;
import io.habeas.request.RunningService.Answer;
import io.habeas.request.lifecycle.DerivedIds;
import io.habeas.request.policy.SamplePolicies;
import io.habeas.request.standing.Said;
import io.habeas.request.standing.StandingEvents;
import io.habeas.request.standing.StandingFacts;
import io.habeas.sealeddata.KeyDestroyedException;
import io.habeas.sealeddata.KeyStore;
import io.habeas.sealeddata.KeyedHashes;
import io.habeas.service.LegalClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands, in the whole service on a real database. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class StandingTest {

    private static final String SMALLRIG = "/api/v1/controllers/smallrig";
    private static final String TABLE =
            "select controller, person, use, channel, fact, stance, origin, since, ask_again_from,"
                    + " never_ask_again, rule from standing order by 1, 2, 3, 4";

    @TempDir
    static Path folder;

    private static RunningService service;
    private static String clerk;

    @BeforeAll
    static void start() throws IOException {
        service = RunningService.start(folder);
        for (var name : List.of("cig", "cic", "ciie")) {
            copy(
                    SamplePolicies.FOLDER.resolve(name),
                    service.home().resolve("controllers").resolve(name));
        }
        clerk = service.issuer.staffToken(List.of("clerk"), List.of("smallrig", "cig", "cic", "ciie"));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                var target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    private static String body(String jurisdiction, String kind, String value, String more) {
        return "{\"jurisdiction\": \"" + jurisdiction + "\", " + more + "\"identifiers\": [{\"kind\": \"" + kind
                + "\", \"value\": \"" + value + "\"}]}";
    }

    private static String cookie() {
        return "zaphod-" + UUID.randomUUID();
    }

    private static Answer gpc(String key, String jurisdiction, String cookie) {
        return service.postWith(
                SMALLRIG + "/signals", key, clerk, body(jurisdiction, "COOKIE_ID", cookie, ""), "Sec-GPC", "1");
    }

    private static Answer query(String controller, String jurisdiction, String more, String kind, String value) {
        var answer = service.post(
                "/api/v1/controllers/" + controller + "/standing/queries",
                "",
                clerk,
                "{\"jurisdiction\": \"" + jurisdiction + "\", " + more
                        + ", \"people\": [{\"identifiers\": [{\"kind\": \"COOKIE_ID\", \"value\": \"" + cookie()
                        + "\"}, {\"kind\": \"" + kind + "\", \"value\": \"" + value + "\"}]}]}");
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
        return answer;
    }

    private static boolean maySell(String cookie) {
        return query("smallrig", "US-CA", "\"purpose\": \"SALE\"", "COOKIE_ID", cookie)
                .body()
                .at("/answers/0/allowed")
                .asBoolean();
    }

    private static List<String> typesOf(String fact) {
        return service.rows("select type from event where stream = '" + fact + "' order by sequence");
    }

    @Test
    void an_opt_out_stands_from_the_commit_on_and_leaves_no_trace_of_the_person() {
        var cookie = cookie();
        assertThat(maySell(cookie)).isTrue();

        var taken = gpc(freshKey(), "US-CA", cookie);

        assertThat(taken.status()).isEqualTo(202);
        assertThat(taken.text("/signals/0/rule")).isEqualTo("smallrig@2021-06#US-CA.signals.gpc");
        var no = query("smallrig", "US-CA", "\"recipient\": \"SALE\"", "COOKIE_ID", " " + cookie);
        assertThat(no.body().at("/answers/0/allowed").asBoolean()).isFalse();
        assertThat(no.text("/answers/0/fact")).isEqualTo(taken.text("/signals/0/facts/0/fact"));
        assertThat(no.text("/answers/0/since")).isEqualTo(taken.text("/signals/0/facts/0/since"));
        assertThat(service.rows(
                        "select convert_from(payload, 'UTF8'), convert_from(metadata, 'UTF8'), type, actor, rule"
                                + " from event where stream = '" + no.text("/answers/0/fact") + "'"))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .doesNotContain("zaphod", "n1.")
                        .contains("|standing.set|staff:")
                        .endsWith("|smallrig@2021-06#US-CA.signals.gpc"));
        assertThat(service.rows(TABLE)).noneMatch(row -> row.contains("zaphod"));
    }

    @Test
    void the_same_key_is_the_same_fact_and_another_body_under_it_is_refused() {
        var cookie = cookie();
        var key = freshKey();
        var first = gpc(key, "US-CA", cookie);

        assertThat(gpc(key, "US-CA", cookie).text("/signals/0/facts/0/fact"))
                .isEqualTo(first.text("/signals/0/facts/0/fact"));
        var other = gpc(key, "US-CA", cookie());
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.text("/type")).isEqualTo("urn:habeas:problem:idempotency-key-reused");
    }

    @Test
    void whoever_is_not_of_the_controller_hears_the_same_whether_something_stood_or_not() {
        var known = cookie();
        gpc(freshKey(), "US-CA", known);

        var answers = Stream.of(known, known, cookie())
                .map(it -> service.postWith(
                        SMALLRIG + "/signals", freshKey(), "", body("US-CA", "COOKIE_ID", it, ""), "Sec-GPC", "1"))
                .toList();

        assertThat(answers).extracting(it -> it.status()).containsOnly(202);
        assertThat(answers)
                .extracting(it -> it.body().toString())
                .containsOnly(answers.getFirst().body().toString());
        assertThat(answers.getFirst().text("/signals/0/effect")).isEqualTo("COUNTS");
        assertThat(answers.getFirst().body().at("/signals/0/facts").isEmpty()).isTrue();
    }

    @Test
    void what_a_browser_says_with_every_page_is_one_fact() {
        var cookie = cookie();
        var first = gpc(freshKey(), "US-CA", cookie).text("/signals/0/facts/0/fact");

        var again = gpc(freshKey(), "US-CA", cookie);

        assertThat(again.text("/signals/0/facts/0/fact")).isEqualTo(first);
        assertThat(again.body().at("/signals/0/facts/0/said").asBoolean()).isFalse();
        assertThat(typesOf(first)).containsExactly("standing.set");
    }

    @Test
    void what_is_not_honoured_or_not_known_changes_nothing_and_the_answer_says_so() {
        var cookie = cookie();

        var dnt = service.postWith(
                SMALLRIG + "/signals", freshKey(), "", body("US-CA", "COOKIE_ID", cookie, ""), "DNT", "1");
        var elsewhere = gpc(freshKey(), "DE", cookie);

        assertThat(dnt.text("/signals/0/effect")).isEqualTo("NOT_HONOURED");
        assertThat(dnt.text("/signals/0/rule")).isEqualTo("smallrig@2021-06#signals.dnt");
        assertThat(elsewhere.text("/signals/0/effect")).isEqualTo("NOT_KNOWN");
        assertThat(maySell(cookie)).isTrue();
        assertThat(service.post(SMALLRIG + "/signals", freshKey(), "", body("US-CA", "COOKIE_ID", cookie, ""))
                        .text("/errors/0/pointer"))
                .isEqualTo("/unsubscribe");
    }

    @Test
    void two_steps_lead_back_and_both_stand_in_the_journal_and_the_key_of_what_ended_dies() {
        var cookie = cookie();
        var out = gpc(freshKey(), "US-CA", cookie).text("/signals/0/facts/0/fact");

        var key = freshKey();
        var first = service.post(SMALLRIG + "/standing/opt-ins", key, clerk, body("US-CA", "COOKIE_ID", cookie, ""));
        assertThat(first.status()).isEqualTo(202);
        assertThat(maySell(cookie)).isFalse();
        assertThat(service.post(SMALLRIG + "/standing/opt-ins", key, clerk, body("US-CA", "COOKIE_ID", cookie, ""))
                        .text("/optIn"))
                .isEqualTo(first.text("/optIn"));
        var confirmKey = freshKey();
        for (int repeat = 0; repeat < 2; repeat++) {
            var second = service.post(first.text("/links/confirmation"), confirmKey, clerk, "{\"confirmed\": true}");
            assertThat(second.status()).as("%s", second.body()).isEqualTo(202);
            assertThat(typesOf(second.text("/facts/0/fact"))).containsExactly("standing.opt-in-asked", "standing.set");
        }

        assertThat(maySell(cookie)).isTrue();
        await().atMost(120, SECONDS).untilAsserted(() -> assertThat(typesOf(out))
                .containsExactly("standing.set", "standing.ended", "standing.key-destroyed"));
        var gone = UUID.fromString(out);
        assertThatThrownBy(() -> service.bean(KeyStore.class).key("smallrig", gone, StandingEvents.keyOf(gone)))
                .isInstanceOf(KeyDestroyedException.class);
        assertThat(service.get("/api/v1/requests/" + out, clerk).status()).isEqualTo(404);
    }

    @Test
    void a_first_step_that_nobody_follows_lapses_and_nothing_has_changed() {
        var cookie = cookie();
        gpc(freshKey(), "US-CA", cookie);
        var first =
                service.post(SMALLRIG + "/standing/opt-ins", freshKey(), clerk, body("US-CA", "COOKIE_ID", cookie, ""));

        service.advance(Duration.ofDays(2));

        await().atMost(120, SECONDS).untilAsserted(() -> assertThat(
                        service.rows("select type from event where type = 'standing.opt-in-lapsed'"))
                .isNotEmpty());
        clerk = service.issuer.staffToken(List.of("clerk"), List.of("smallrig", "cig", "cic", "ciie"));
        assertThat(service.post(first.text("/links/confirmation"), freshKey(), clerk, "{\"confirmed\": true}")
                        .status())
                .isEqualTo(410);
        assertThat(maySell(cookie)).isFalse();
    }

    @Test
    void an_objection_to_one_way_of_contact_leaves_the_others() {
        var phone = "+1 555 " + UUID.randomUUID().getMostSignificantBits() % 1_000_000;
        phone = phone.replace("-", "");
        service.post(
                SMALLRIG + "/signals",
                freshKey(),
                "",
                body(
                        "US-CA",
                        "PHONE",
                        phone,
                        "\"unsubscribe\": [{\"purpose\": \"MARKETING\", \"channel\": \"TELEPHONE\"}], "));

        assertThat(allowed(query(
                        "smallrig", "US-CA", "\"purpose\": \"MARKETING\", \"channel\": \"TELEPHONE\"", "PHONE", phone)))
                .isFalse();
        assertThat(allowed(query(
                        "smallrig", "US-CA", "\"purpose\": \"MARKETING\", \"channel\": \"POST\"", "PHONE", phone)))
                .isTrue();
        assertThat(allowed(query("smallrig", "US-CA", "\"purpose\": \"MARKETING\"", "PHONE", phone)))
                .isFalse();
        assertThat(service.post(
                                SMALLRIG + "/signals",
                                freshKey(),
                                "",
                                body(
                                        "US-CA",
                                        "PHONE",
                                        phone,
                                        "\"unsubscribe\": [{\"purpose\": \"MARKETING\", \"channel\": \"PIGEON\"}], "))
                        .text("/errors/0/pointer"))
                .isEqualTo("/unsubscribe/0/channel");
    }

    private static boolean allowed(Answer answer) {
        return answer.body().at("/answers/0/allowed").asBoolean();
    }

    @Test
    void what_needs_a_request_is_not_stopped_by_a_word_and_no_stranger_may_say_yes() {
        var word = service.post(
                "/api/v1/controllers/cic/signals",
                freshKey(),
                "",
                body("CN", "DEVICE_ID", cookie(), "\"unsubscribe\": [{\"purpose\": \"BASIC_FUNCTIONS\"}], "));
        var yes =
                service.post(SMALLRIG + "/standing/opt-ins", freshKey(), "", body("US-CA", "COOKIE_ID", cookie(), ""));

        assertThat(word.status()).isEqualTo(422);
        assertThat(word.text("/type")).isEqualTo("urn:habeas:problem:right-not-on-offer");
        assertThat(yes.status()).isEqualTo(401);
    }

    @Test
    void twenty_at_once_about_one_person_leave_one_fact_and_the_table_made_again_is_the_same() throws Exception {
        var cookie = cookie();
        query("cig", "FR", "\"purpose\": \"TARGETING_COOKIES\"", "COOKIE_ID", cookie);
        var answers = new ArrayList<Future<Answer>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 20)
                    .forEach(turn -> answers.add(threads.submit(() -> patiently(
                            "/api/v1/controllers/cig/standing/consents",
                            body(
                                    "FR",
                                    "COOKIE_ID",
                                    cookie,
                                    "\"purpose\": \"TARGETING_COOKIES\", \"given\": " + (turn % 2 == 0) + ", ")))));
        }
        var facts = new ArrayList<String>();
        for (var answer : answers) {
            assertThat(answer.get().status()).as("%s", answer.get().body()).isEqualTo(202);
            facts.add(answer.get().text("/facts/0/fact"));
        }
        var standing = query("cig", "FR", "\"purpose\": \"TARGETING_COOKIES\"", "COOKIE_ID", cookie);
        assertThat(facts).contains(standing.text("/answers/0/fact")).doesNotHaveDuplicates();
        assertThat(service.rows("select stream from event where type = 'standing.ended' and stream = any(array['"
                        + String.join("','", facts) + "']::uuid[])"))
                .hasSize(19);
        await().atMost(120, SECONDS).untilAsserted(() -> assertThat(service.rows("select fact from standing_key"))
                .isEmpty());
        var live = service.rows(TABLE);

        service.execute("habeas_request", "update standing_table set whole = false");

        await().atMost(120, SECONDS).untilAsserted(() -> assertThat(service.rows("select whole from standing_table"))
                .containsExactly("t"));
        assertThat(service.rows(TABLE)).isEqualTo(live);
        assertThat(query("cig", "FR", "\"purpose\": \"TARGETING_COOKIES\"", "COOKIE_ID", cookie)
                        .text("/answers/0/fact"))
                .isEqualTo(standing.text("/answers/0/fact"));
    }

    @Test
    void a_no_of_a_request_that_comes_late_does_not_outdo_the_yes_that_was_said_since() {
        var cookie = cookie();
        var facts = service.bean(StandingFacts.class);
        var filed = service.bean(LegalClock.class).instant().minus(Duration.ofDays(14));
        var yes = service.post(
                "/api/v1/controllers/cig/standing/consents",
                freshKey(),
                clerk,
                body("FR", "COOKIE_ID", cookie, "\"purpose\": \"TARGETING_COOKIES\", \"given\": true, "));
        assertThat(yes.status()).isEqualTo(202);

        var late = facts.record(requested(cookie, filed)).getFirst().fact().id();

        var standing = query("cig", "FR", "\"purpose\": \"TARGETING_COOKIES\"", "COOKIE_ID", cookie);
        assertThat(standing.text("/answers/0/fact")).isEqualTo(yes.text("/facts/0/fact"));
        assertThat(service.rows("select type from event where stream = '" + late + "' order by sequence"))
                .startsWith("standing.set", "standing.ended");
        var now = service.bean(LegalClock.class).instant().plusSeconds(60);
        var last = facts.record(requested(cookie, now)).getFirst().fact().id();
        assertThat(query("cig", "FR", "\"purpose\": \"TARGETING_COOKIES\"", "COOKIE_ID", cookie)
                        .text("/answers/0/fact"))
                .isEqualTo(last.toString());
    }

    private static Said requested(String cookie, Instant at) {
        return new Said(
                UUID.randomUUID(),
                "cig",
                List.of(new Identifier(IdentifierKind.COOKIE_ID, cookie)),
                List.of(new Said.Wish(
                        "TARGETING_COOKIES",
                        null,
                        Stance.NO,
                        StandingOrigin.REQUEST,
                        null,
                        false,
                        "cig@2024-04#EU.rights.CONSENT_WITHDRAWAL")),
                "cig@2024-04",
                "EU",
                at,
                "requester",
                "fingerprint");
    }

    @Test
    void two_signals_of_one_browser_that_mean_the_same_are_one_no() {
        var cookie = cookie();

        var taken = service.postWith(
                "/api/v1/controllers/ciie/signals",
                freshKey(),
                "",
                body("CN", "COOKIE_ID", cookie, ""),
                "Sec-GPC",
                "1",
                "DNT",
                "1");

        assertThat(taken.status()).as("%s", taken.body()).isEqualTo(202);
        assertThat(query("ciie", "CN", "\"purpose\": \"TRACKING\"", "COOKIE_ID", cookie)
                        .body()
                        .at("/answers/0/allowed")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void nothing_is_said_nor_emptied_while_the_table_waits_to_be_made_again() throws Exception {
        var cookie = cookie();
        var first = gpc(freshKey(), "US-CA", cookie).text("/signals/0/facts/0/fact");
        try (var writer = service.connection("habeas_request")) {
            writer.setAutoCommit(false);
            writer.createStatement().execute("select pg_current_xact_id()");
            service.execute("habeas_request", "update standing_table set whole = false");

            assertThat(gpc(freshKey(), "US-CA", cookie()).status()).isEqualTo(503);
            await().pollDelay(6, SECONDS).atMost(120, SECONDS).untilAsserted(() -> assertThat(
                            service.rows("select fact from standing where fact = '" + first + "'"))
                    .hasSize(1));
            writer.rollback();
        }

        await().atMost(120, SECONDS).untilAsserted(() -> assertThat(service.rows("select whole from standing_table"))
                .containsExactly("t"));
        assertThat(gpc(freshKey(), "US-CA", cookie).text("/signals/0/facts/0/fact"))
                .isEqualTo(first);
    }

    /** As a careful client: again with the same key while the service asks to come back. */
    private static Answer patiently(String path, String body) {
        var key = freshKey();
        return await().atMost(120, SECONDS)
                .until(() -> service.post(path, key, clerk, body), answer -> answer.status() != 503);
    }

    @Test
    void nobody_is_asked_again_before_the_day_and_where_the_policy_says_never_not_at_all() {
        var cookie = cookie();
        gpc(freshKey(), "US-CA", cookie);
        var prompt = "\"purpose\": \"SALE\", ";

        var blocked =
                service.post(SMALLRIG + "/standing/prompts", "", clerk, body("US-CA", "COOKIE_ID", cookie, prompt));
        var free =
                service.post(SMALLRIG + "/standing/prompts", "", clerk, body("US-CA", "COOKIE_ID", cookie(), prompt));

        assertThat(blocked.status()).isEqualTo(409);
        assertThat(blocked.text("/type")).isEqualTo("urn:habeas:problem:asked-before");
        assertThat(blocked.text("/askAgainOn")).matches("20[0-9]{2}-[0-9]{2}-[0-9]{2}");
        assertThat(free.status()).isEqualTo(200);

        var device = cookie();
        var display = "\"purpose\": \"PERSONALIZED_DISPLAY\", ";
        service.post(
                "/api/v1/controllers/cic/standing/consents",
                freshKey(),
                clerk,
                body("CN", "DEVICE_ID", device, display + "\"given\": false, "));
        var never = service.post(
                "/api/v1/controllers/cic/standing/prompts", "", clerk, body("CN", "DEVICE_ID", device, display));
        assertThat(never.status()).isEqualTo(409);
        assertThat(never.body().at("/askAgainOn").isMissingNode()).isTrue();
    }

    @Test
    void what_a_second_request_says_alike_stands_beside_the_first_and_a_yes_ends_both() {
        var cookie = cookie();
        gpc(freshKey(), "US-CA", cookie);
        var requests = List.of(1, 2).stream()
                .map(_ -> service.post(SMALLRIG + "/requests", freshKey(), "", optOut(cookie, "")))
                .map(it -> UUID.fromString(it.text("/requestId")))
                .toList();
        assertThat(standing(cookie)).hasSize(3);

        takeBack(requests.getLast());
        assertThat(maySell(cookie)).isFalse();
        takeBack(requests.getFirst());
        assertThat(maySell(cookie)).as("the browser said so before them").isFalse();
        assertThat(standing(cookie)).hasSize(1);

        service.post(SMALLRIG + "/requests", freshKey(), "", optOut(cookie, ""));
        var first =
                service.post(SMALLRIG + "/standing/opt-ins", freshKey(), clerk, body("US-CA", "COOKIE_ID", cookie, ""));
        service.post(first.text("/links/confirmation"), freshKey(), clerk, "{\"confirmed\": true}");
        assertThat(maySell(cookie)).isTrue();
        assertThat(standing(cookie)).hasSize(1);
    }

    /** The no of a request may end with it; that of a browser does not. */
    @Test
    void what_a_browser_says_while_the_no_of_a_request_stands_is_there_when_that_one_is_taken_back() {
        var cookie = cookie();
        var request = UUID.fromString(service.post(SMALLRIG + "/requests", freshKey(), "", optOut(cookie, ""))
                .text("/requestId"));
        gpc(freshKey(), "US-CA", cookie);
        gpc(freshKey(), "US-CA", cookie);
        assertThat(standing(cookie))
                .as("that of the browser, in place of the other")
                .hasSize(1);

        takeBack(request);

        assertThat(maySell(cookie)).isFalse();
    }

    /** Their facts, whatever they say. */
    private static List<String> standing(String cookie) {
        var person = service.bean(KeyedHashes.class)
                .standing(
                        "smallrig",
                        new Identifier(IdentifierKind.COOKIE_ID, cookie),
                        service.bean(LegalClock.class).instant());
        return service.rows("select fact from standing where person = '" + person + "'");
    }

    /** As where it is withdrawn before it is granted. */
    private static void takeBack(UUID request) {
        service.bean(StandingFacts.class)
                .takeBack(
                        "smallrig",
                        DerivedIds.of(request, "standing"),
                        "service:request",
                        UUID.randomUUID(),
                        service.bean(LegalClock.class).instant());
    }

    private static String optOut(String cookie, String more) {
        return "{\"right\": \"OPT_OUT_OF_SALE\", \"jurisdiction\": \"US-CA\"" + more
                + ", \"subject\": {\"identifiers\": [{\"kind\": \"COOKIE_ID\", \"value\": \"" + cookie
                + "\"}]}, \"replyTo\": {\"email\": \"zaphod@example.org\"}}";
    }

    private static List<String> typesOfRequest(String request) {
        return service.rows(
                "select type from event where stream = '" + request + "' and type not like '%key%' order by sequence");
    }

    @Test
    void a_request_to_opt_out_stands_with_its_202_without_account_and_proof_and_once() {
        var cookie = cookie();
        var key = freshKey();

        var filed = service.post(SMALLRIG + "/requests", key, "", optOut(cookie, ""));

        assertThat(filed.status()).as("%s", filed.body()).isEqualTo(202);
        var no = query("smallrig", "US-CA", "\"recipient\": \"SALE\"", "COOKIE_ID", cookie);
        assertThat(no.body().at("/answers/0/allowed").asBoolean()).isFalse();
        assertThat(no.text("/answers/0/rule")).isEqualTo("smallrig@2021-06#US-CA.rights.OPT_OUT_OF_SALE");
        var request = filed.text("/requestId");
        assertThat(service.post(SMALLRIG + "/requests", key, "", optOut(cookie, ""))
                        .text("/requestId"))
                .isEqualTo(request);
        var expected = List.of(
                "request.received", "request.standing-ordered", "request.standing-recorded", "request.approved");
        assertThat(typesOfRequest(request)).isEqualTo(expected);

        // whoever reads the feed from its beginning finds nothing left to do
        service.execute(
                "habeas_request",
                "update standing_order_position set generation = 0, at_transaction = 0, position = 0");
        await().atMost(120, SECONDS)
                .untilAsserted(() -> assertThat(service.rows("select position > 0 from standing_order_position"))
                        .containsExactly("t"));
        assertThat(typesOfRequest(request)).isEqualTo(expected);
        var fact = no.text("/answers/0/fact");
        assertThat(typesOf(fact)).containsExactly("standing.set");
        assertThat(service.rows("select convert_from(payload, 'UTF8') from event where stream in ('" + fact + "', '"
                        + request + "')"))
                .noneMatch(row -> row.contains("zaphod"));
        var status = service.get("/api/v1/requests/" + request, filed.text("/token"));
        assertThat(status.text("/state")).isEqualTo("IN_FULFILLMENT");
        assertThat(status.text("/standing/state")).isEqualTo("STANDS");
        assertThat(status.text("/standing/stands/0/use")).isEqualTo("SALE");
        assertThat(status.text("/standing/stands/0/since")).isEqualTo(no.text("/answers/0/since"));
    }

    @Test
    void what_could_not_stand_at_once_stands_as_soon_as_it_can() {
        var cookie = cookie();
        service.execute("habeas_request", "update standing_table set whole = false");

        var filed = service.post(SMALLRIG + "/requests", freshKey(), "", optOut(cookie, ""));

        assertThat(filed.status()).isEqualTo(202);
        await().atMost(120, SECONDS).untilAsserted(() -> assertThat(typesOfRequest(filed.text("/requestId")))
                .endsWith("request.standing-recorded", "request.approved"));
        assertThat(maySell(cookie)).isFalse();
    }

    @Test
    void an_agent_needs_the_authority_and_nothing_else() {
        var cookie = cookie();
        var without = service.post(
                "/api/v1/controllers/cig/requests", freshKey(), "", optOut(cookie, ", \"capacity\": \"AGENT\""));
        var with = service.post(
                "/api/v1/controllers/cig/requests",
                freshKey(),
                "",
                optOut(
                        cookie,
                        ", \"capacity\": \"AGENT\", \"evidence\": [{\"kind\": \"AUTHORITY\", \"says\": \"letter of 1 May\"}]"));

        assertThat(without.status()).isEqualTo(422);
        assertThat(with.status()).as("%s", with.body()).isEqualTo(202);
        assertThat(query("cig", "US-CA", "\"purpose\": \"SALE\"", "COOKIE_ID", cookie)
                        .body()
                        .at("/answers/0/allowed")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void each_channel_that_an_objection_names_stands_at_no() {
        var body = "{\"right\": \"OBJECTION\", \"jurisdiction\": \"US-TX\", \"kind\": \"MARKETING\","
                + " \"channels\": [\"POST\", \"FAX\"], \"subject\": {\"identifiers\": [{\"kind\": \"EMAIL\", \"value\":"
                + " \"ford@example.org\"}]}}";
        var filed = service.post(SMALLRIG + "/requests", freshKey(), "", body);

        assertThat(filed.status()).as("%s", filed.body()).isEqualTo(202);
        for (var channel : List.of("POST", "TELEPHONE", "FAX", "E_MAIL")) {
            assertThat(query(
                                    "smallrig",
                                    "US-TX",
                                    "\"purpose\": \"MARKETING\", \"channel\": \"" + channel + "\"",
                                    "EMAIL",
                                    "ford@example.org")
                            .body()
                            .at("/answers/0/allowed")
                            .asBoolean())
                    .as(channel)
                    .isEqualTo(channel.equals("TELEPHONE") || channel.equals("E_MAIL"));
        }
    }
}
