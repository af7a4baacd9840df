// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import static io.habeas.fulfillment.Workshop.email;
import static io.habeas.fulfillment.Workshop.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.habeas.contracts.FulfillmentAnnouncement.Completed;
import io.habeas.contracts.FulfillmentAnnouncement.Delayed;
import io.habeas.contracts.FulfillmentAnnouncement.Noted;
import io.habeas.contracts.FulfillmentAnnouncement.OutcomesRecorded;
import io.habeas.contracts.Right;
import io.habeas.contracts.TaskOutcome.Omitted;
import io.habeas.fulfillment.parcel.Unpacked;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import net.lingala.zip4j.exception.ZipException;
import org.apache.commons.csv.CSVFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PackageTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static Stores stores;
    private static Workshop workshop;
    private static long next = 1;

    @BeforeAll
    static void open() {
        stores = Stores.start();
        workshop = new Workshop(stores);
    }

    @AfterAll
    static void close() {
        workshop.close();
    }

    @AfterEach
    void quiet() {
        FaultHarness.reset();
    }

    private static long someone() {
        long id = next++;
        stores.customer(id, "person" + id + "@example.org");
        return id;
    }

    private static UUID access(long id) {
        return workshop.approve(
                Right.ACCESS,
                workshop.clock.instant().minus(Duration.ofDays(365)),
                id(id),
                email("person" + id + "@example.org"));
    }

    @Test
    void a_package_holds_every_piece_as_page_JSON_and_CSV() throws Exception {
        long person = someone();
        var request = access(person);
        workshop.planAndWork();

        var files = Unpacked.fetch(workshop.shelf, request).files();

        assertThat(files.keySet())
                .contains(
                        "index.html",
                        "manifest.json",
                        "data/shop/customers.json",
                        "schema/shop/customers.json",
                        "data/shop/customers.csv",
                        "data/reviews/reviews.json");
        var customers = JSON.readTree(files.get("data/shop/customers.json"));
        assertThat(customers.size()).isOne();
        assertThat(customers.get(0).at("/data/email").asString()).isEqualTo("person" + person + "@example.org");
        assertThat(customers.get(0).at("/lastChanged").asString()).isNotEqualTo("unknown");
        assertThat(JSON.readTree(files.get("manifest.json")).at("/requestId").asString())
                .isEqualTo(request.toString());
        assertThat(files.get("data/shop/orders.json")).contains("12.50").doesNotContain("Street " + (person * 10 + 3));
        assertThat(workshop.announced.of(request, Completed.class))
                .singleElement()
                .extracting(Completed::packageUntil)
                .isNotNull();
    }

    @Test
    void the_JSON_validates_against_its_schema_and_the_CSV_has_equal_counts() throws Exception {
        var request = access(someone());
        workshop.planAndWork();

        var files = Unpacked.fetch(workshop.shelf, request).files();

        var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        for (var name : files.keySet().stream()
                .filter(it -> it.startsWith("data/") && it.endsWith(".json"))
                .toList()) {
            var schema = registry.getSchema(files.get(name.replace("data/", "schema/")));
            assertThat(schema.validate(files.get(name), InputFormat.JSON))
                    .as(name)
                    .isEmpty();
            var csv = CSVFormat.RFC4180
                    .builder()
                    .setHeader()
                    .setSkipHeaderRecord(true)
                    .get()
                    .parse(new StringReader(files.get(name.replace(".json", ".csv"))));
            assertThat(csv.getRecords())
                    .as(name)
                    .hasSize(JSON.readTree(files.get(name)).size());
        }
    }

    @Test
    void secrets_and_strangers_are_not_in_it_and_what_was_left_out_is_stated() throws Exception {
        var request = access(someone());
        workshop.planAndWork();

        var files = Unpacked.fetch(workshop.shelf, request).files();

        assertThat(files.values())
                .allSatisfy(text ->
                        assertThat(text).doesNotContain("canary of a stranger").doesNotContain("$2b$12$"));
        assertThat(files.get("index.html"))
                .contains("password_hash", "never disclosed", "another person", "&lt;script&gt;")
                .doesNotContain("<script");
        assertThat(files.get("data/shop/tickets.csv")).contains("'=1+1");
        assertThat(workshop.announced.of(request, OutcomesRecorded.class))
                .flatExtracting(OutcomesRecorded::outcomes)
                .flatExtracting(it -> it.collections())
                .flatExtracting(it -> it.omitted())
                .extracting(Omitted::reason)
                .contains("NEVER_DISCLOSED", "ABOUT_SOMEONE_ELSE", "BEFORE_LOOK_BACK");
    }

    @Test
    void a_card_number_in_a_free_text_stops_the_package() {
        long person = someone();
        stores.shopSql()
                .sql("update tickets set body = 'charge 4111 1111 1111 1111' where customer_id = ?")
                .param(person)
                .update();
        var request = access(person);

        workshop.planAndWork();

        assertThat(workshop.announced.of(request, Completed.class)).isEmpty();
        assertThat(workshop.announced.of(request, Delayed.class))
                .singleElement()
                .satisfies(delayed -> {
                    assertThat(delayed.reason()).isEqualTo("never-disclosed-pattern");
                    assertThat(delayed.parked()).isTrue();
                });
        assertThat(Unpacked.isOver(workshop.shelf, request)).isFalse();
    }

    @Test
    void two_packages_that_are_made_at_once_are_not_mixed() throws Exception {
        var people = List.of(someone(), someone(), someone(), someone());
        var requests = people.stream().map(PackageTest::access).toList();
        workshop.plan();

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                threads.submit(workshop::work);
            }
        }

        for (int i = 0; i < people.size(); i++) {
            var files = Unpacked.fetch(workshop.shelf, requests.get(i)).files();
            var own = "person" + people.get(i) + "@example.org";
            assertThat(JSON.readTree(files.get("data/shop/customers.json")))
                    .singleElement()
                    .satisfies(it -> assertThat(it.at("/data/email").asString()).isEqualTo(own));
            assertThat(files.get("data/reviews/reviews.json")).contains("review of " + people.get(i) + "\"");
        }
    }

    @Test
    void a_worker_that_dies_between_parts_leaves_nothing_readable_and_is_followed() throws Exception {
        long person = someone();
        var request = access(person);
        workshop.plan();
        FaultHarness.at("fulfillment.after-store-batch", 2, () -> {
            throw new FaultHarness.Killed();
        });
        assertThatThrownBy(workshop::work).isInstanceOf(FaultHarness.Killed.class);
        try (var parts = Files.walk(stores.home().resolve("packages").resolve(request.toString()))) {
            for (var part : parts.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(part), StandardCharsets.ISO_8859_1))
                        .doesNotContain("person" + person);
            }
        }
        workshop.jdbc
                .sql(
                        "update task set lease_until = now() - interval '1 second' where request_id = ? and lease_until is not null")
                .param(request)
                .update();

        workshop.work();

        assertThat(Unpacked.fetch(workshop.shelf, request).files().get("data/shop/tickets.json"))
                .contains("alert(" + person + ")");
    }

    @Test
    void another_passphrase_opens_nothing() throws Exception {
        var request = access(someone());
        workshop.planAndWork();

        var unpacked = Unpacked.fetch(workshop.shelf, request);

        assertThatThrownBy(() -> Unpacked.open(unpacked.zip(), "AAAAAA-AAAAAA-AAAAAA-AAAAAA"))
                .isInstanceOf(ZipException.class);
        assertThat(new String(unpacked.zip(), StandardCharsets.ISO_8859_1)).doesNotContain("@example.org");
    }

    @Test
    void a_package_can_be_fetched_five_times_and_with_its_last_link_alone() throws Exception {
        var request = access(someone());
        workshop.planAndWork();
        for (int i = 0; i < 5; i++) {
            assertThat(Unpacked.isOver(workshop.shelf, request)).isFalse();
            Unpacked.fetch(workshop.shelf, request);
        }

        assertThat(Unpacked.isOver(workshop.shelf, request)).isTrue();
        assertThat(Unpacked.refuses(workshop.shelf, request, "guess")).isTrue();
    }

    @Test
    void a_package_is_destroyed_with_its_key_when_its_time_is_over() throws Exception {
        var request = access(someone());
        workshop.planAndWork();

        var before = workshop.announced.of(request, Noted.class).size();
        workshop.advance(Duration.ofDays(8));
        while (workshop.shelf.destroyOne()) {
            // until there is nothing more
        }

        assertThat(workshop.announced.of(request, Noted.class))
                .as("the destruction of its key is an event like any other")
                .hasSize(before + 1);
        assertThat(Unpacked.isOver(workshop.shelf, request)).isTrue();
        assertThat(stores.home().resolve("packages").resolve(request.toString()))
                .doesNotExist();
    }

    @Test
    void a_package_that_cannot_be_destroyed_does_not_keep_the_others() throws Exception {
        var broken = access(someone());
        workshop.planAndWork();
        workshop.advance(Duration.ofMinutes(1));
        var next = access(someone());
        workshop.planAndWork();
        var key = workshop.jdbc
                .sql("select key_id from package where request_id = ?")
                .param(broken)
                .query(UUID.class)
                .single();
        keyOf(broken, UUID.randomUUID());

        workshop.advance(Duration.ofDays(8));
        try {
            while (workshop.shelf.destroyOne()) {
                // until there is nothing more
            }
            assertThat(packageOf(next)).isEqualTo("DESTROYED");
            assertThat(packageOf(broken)).isEqualTo("READY");
        } finally {
            keyOf(broken, key);
        }
    }

    private static void keyOf(UUID request, UUID key) {
        workshop.jdbc
                .sql("update package set key_id = ? where request_id = ?")
                .params(key, request)
                .update();
    }

    private static String packageOf(UUID request) {
        return workshop.jdbc
                .sql("select state from package where request_id = ?")
                .param(request)
                .query(String.class)
                .single();
    }

    @Test
    void a_withdrawn_access_that_has_begun_ends_and_what_was_collected_is_destroyed() throws Exception {
        var request = access(someone());
        workshop.plan();
        FaultHarness.at("fulfillment.after-store-batch", 2, () -> {
            throw new FaultHarness.Killed();
        });
        assertThatThrownBy(workshop::work).isInstanceOf(FaultHarness.Killed.class);

        workshop.withdraw(request);
        workshop.jdbc
                .sql(
                        "update task set lease_until = now() - interval '1 second' where request_id = ? and lease_until is not null")
                .param(request)
                .update();
        workshop.work();
        while (workshop.shelf.destroyOne()) {
            // until there is nothing more
        }

        assertThat(workshop.stateOf(request)).isEqualTo("ENDED");
        assertThat(packageOf(request)).isEqualTo("DESTROYED");
        assertThat(stores.home().resolve("packages").resolve(request.toString()))
                .doesNotExist();
        assertThat(workshop.announced.of(request, Completed.class)).isEmpty();
    }

    @Test
    void a_Chinese_request_gets_a_Chinese_page() throws Exception {
        assertThat(stores.home()).isNotNull();
        var request = access(someone());
        workshop.planAndWork();
        workshop.jdbc
                .sql("update package set language = 'zh-CN' where request_id = ?")
                .param(request)
                .update();

        var page = Unpacked.fetch(workshop.shelf, request).files().get("index.html");

        assertThat(page).contains("<html lang=\"zh-CN\">", "您的个人信息", "个人信息类别");
    }
}
