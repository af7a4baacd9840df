// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.datamap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.habeas.connector.ConnectorFactory.Setting;
import io.habeas.fulfillment.datamap.DataMap.Keep;
import java.time.Duration;
import java.time.Period;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DataMapLoaderTest {

    private static final String GOOD = """
            controller: acme
            stores:
            - id: shop
              kind: postgres
              region: US
              connection: {url: "jdbc:postgresql://shop-db:5432/shop", user: habeas, password: {secret: shop-db}}
              settles: 2 s
              collections:
              - name: customers
                key: id
                directory: {contact: email}
                identifies: {email: EMAIL, id: CUSTOMER_ID}
                fields:
                  email: {category: A, purposes: [account]}
                  password_hash: {kind: PASSWORD}
                erase: DELETE
              - name: orders
                key: id
                belongsTo: {customer_id: shop.customers.id}
                fields:
                  total: {category: D}
                keep: {ground: TRANSACTION_RECORDS, for: 3 years, from: completed_at}
                erase: {ANONYMIZE: [delivery_address]}
            """;

    private final DataMapLoader loader = new DataMapLoader(Map.of(
            "postgres",
            List.of(
                    new Setting("url", true, false),
                    new Setting("user", true, false),
                    new Setting("password", true, true)),
            "mongo",
            List.of(new Setting("uri", true, true))));

    private DataMap load(String text) throws DataMapException {
        return loader.load("acme", "US", "data-map.yaml", text);
    }

    @Test
    void a_good_map_is_read_as_it_stands() throws DataMapException {
        var map = load(GOOD);

        assertThat(map.store("shop").settles()).isEqualTo(Duration.ofSeconds(2));
        assertThat(map.directory()).get().extracting(DataMap.Collection::name).isEqualTo("customers");
        assertThat(map.collection("shop", "orders").keep())
                .isEqualTo(new Keep.Dated("TRANSACTION_RECORDS", Period.ofYears(3), null, "completed_at"));
        assertThat(map.collection("shop", "customers").disclosed()).containsExactly("email");
        assertThat(map.parentsFirst()).extracting(DataMap.Collection::name).containsExactly("customers", "orders");
    }

    @Test
    void another_text_is_another_version() throws DataMapException {
        var one = load(GOOD);

        var other = load(GOOD + "# changed\n");

        assertThat(other.version()).isNotEqualTo(one.version());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            kind: postgres            | kind: oracle                 | 4  | stores[0].kind                                       | allowed here: mongo, postgres
            region: US                | region: CN                   | 5  | stores[0].region                                     | allowed here: US
            user: habeas              | usr: habeas                  | 6  | stores[0].connection.usr                             | allowed here: password, url, user
            {secret: shop-db}         | hunter2                      | 6  | stores[0].connection.password                        | {secret: <name>} and put the value into secrets/acme/<name>
            secret: shop-db           | secret: ../beta/shop-db      | 6  | stores[0].connection.password.secret                 | the name of a secret is
            user: habeas              | user: {secret: shop-db}      | 6  | stores[0].connection.user                            | takes no {secret: <name>}, only password does; write its value here
            "jdbc:postgresql://shop-db:5432/shop" | {secret: requester.jwk} | 6 | stores[0].connection.url                     | takes no {secret: <name>}, only password does; write its value here
            :5432/shop"               | :5432/shop?password=x"       | 6  | stores[0].connection.url                             | seems to hold a password; take it out: only password takes {secret: <name>}
            settles: 2 s              | settles: 2 fortnights        | 7  | stores[0].settles                                    | one of ms, s, min, h, days
            id: CUSTOMER_ID}          | customer_no: CUSTOMER_ID}    | 9  | stores[0].collections[0]                             | proved from the key 'id' of the directory
            email: EMAIL              | email: E_MAIL                | 12 | stores[0].collections[0].identifies.email            | allowed here: EMAIL, PHONE
            {kind: PASSWORD}          | {kind: PASSWD}               | 15 | stores[0].collections[0].fields.password_hash.kind   | allowed here: PASSWORD
            {category: A, purposes    | {category: A, purpose        | 14 | stores[0].collections[0].fields.email.purpose        | allowed here: about, attribute, category
            erase: DELETE             | erase: SHRED                 | 16 | stores[0].collections[0].erase                       | DELETE, or {ANONYMIZE
            erase: DELETE             | erase: {ANONYMIZE: [id]}     | 16 | stores[0].collections[0].erase                       | key 'id' cannot be anonymized
            shop.customers.id         | shop.customer.id             | 19 | stores[0].collections[1].belongsTo.customer_id       | shop.customers, shop.orders
            shop.customers.id         | shop.customers.country       | 19 | stores[0].collections[1].belongsTo.customer_id       | rows of other people
            shop.customers.id         | shop.orders.id               | 17 | stores[0].collections[1]                             | leads back to where it began
            TRANSACTION_RECORDS       | BECAUSE                      | 22 | stores[0].collections[1].keep.ground                 | allowed here: TRANSACTION_RECORDS
            3 years                   | 3 moons                      | 22 | stores[0].collections[1].keep.for                    | days, weeks, months, years
            controller: acme          | controller: other            | 1  | controller                                           | folder of controller 'acme'
            key: id\\n    directory   | directory                    | 9  | stores[0].collections[0]                             | 'key' is missing
            """)
    void a_wrong_map_is_refused_with_line_and_field(String right, String wrong, int line, String field, String says) {
        var text = GOOD.replace(right.replace("\\n", "\n"), wrong);

        var refused = catchThrowableOfType(DataMapException.class, () -> load(text));

        assertThat(refused).isNotNull();
        assertThat(refused.faults()).anySatisfy(fault -> {
            assertThat(fault.file()).isEqualTo("data-map.yaml");
            assertThat(fault.line()).isEqualTo(line);
            assertThat(fault.column()).isPositive();
            assertThat(fault.field()).isEqualTo(field);
            assertThat(fault.message()).contains(says);
        });
    }

    @Test
    void a_collection_that_no_person_leads_to_is_refused() {
        var text = GOOD.replace("    belongsTo: {customer_id: shop.customers.id}\n", "");

        var refused = catchThrowableOfType(DataMapException.class, () -> load(text));

        assertThat(refused.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.line()).isEqualTo(17);
            assertThat(fault.field()).isEqualTo("stores[0].collections[1]");
            assertThat(fault.message()).contains("without the person");
        });
    }

    @Test
    void a_number_by_which_other_collections_know_people_has_to_be_that_of_the_directory() throws DataMapException {
        var text = GOOD.replace(", id: CUSTOMER_ID", "");
        load(text);

        var refused = catchThrowableOfType(
                DataMapException.class,
                () -> load(text.replace(
                        "    fields:\n      total",
                        "    identifies: {member: CUSTOMER_ID}\n    fields:\n      total")));

        assertThat(refused.faults()).singleElement().satisfies(fault -> assertThat(fault.message())
                .contains("add 'id: CUSTOMER_ID'"));
    }

    @Test
    void fields_that_documents_may_lack_are_ones_that_the_map_names() throws DataMapException {
        var text = GOOD + """
                - id: reviews
                  kind: mongo
                  region: US
                  connection: {uri: {secret: reviews-uri}}
                  collections:
                  - name: browsing
                    belongsTo: {customerId: shop.customers.id}
                    fields:
                      url: {category: F}
                    sparse: [customerId, url]
                    erase: DELETE
                """;

        assertThat(load(text).collection("reviews", "browsing").place().sparse())
                .containsExactlyInAnyOrder("customerId", "url");

        var refused = catchThrowableOfType(
                DataMapException.class, () -> load(text.replace("[customerId, url]", "[custmerId, _id]")));

        assertThat(refused.faults())
                .extracting(DataMapException.Fault::field, DataMapException.Fault::message)
                .containsExactly(
                        tuple(
                                "stores[1].collections[0].sparse[0]",
                                "no other part of this collection names this field; expected one of [customerId, url]"),
                        tuple(
                                "stores[1].collections[0].sparse[1]",
                                "what is decided by this field, or emptied in it, would go wrong where the store renames it; only these may be missing: [customerId, url]"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            text     | is decided by this field, or emptied in it
            private  | is decided by this field, or emptied in it
            paidAt   | is decided by this field, or emptied in it
            orderId  | the record is kept while the one that this field leads to is kept
            """)
    void a_field_by_which_something_is_decided_is_never_sparse(String field, String says) {
        var text = GOOD
                + """
                - id: reviews
                  kind: mongo
                  region: US
                  connection: {uri: {secret: reviews-uri}}
                  collections:
                  - name: remarks
                    belongsTo: {orderId: shop.orders.id}
                    fields:
                      text: {category: F}
                    exclusion: {what: EMPLOYMENT, where: private}
                    sparse: [FIELD]
                    keep: KEEP
                    erase: {ANONYMIZE: [text]}
                """.replace("FIELD", field).replace(
                        "KEEP",
                        field.equals("paidAt")
                                ? "{ground: TRANSACTION_RECORDS, for: 3 years, from: paidAt}"
                                : "WITH_PARENT");

        var refused = catchThrowableOfType(DataMapException.class, () -> load(text));

        assertThat(refused.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.field()).isEqualTo("stores[1].collections[0].sparse[0]");
            assertThat(fault.message()).contains(says);
        });
    }

    @Test
    void a_plan_takes_over_what_a_later_map_lets_be_missing_and_nothing_else() throws DataMapException {
        var text = GOOD + """
                - id: reviews
                  kind: mongo
                  region: US
                  connection: {uri: {secret: reviews-uri}}
                  collections:
                  - name: browsing
                    collection: visits
                    belongsTo: {customerId: shop.customers.id}
                    fields:
                      url: {category: F}
                    erase: DELETE
                """;
        var later = load(text.replace(
                "      url: {category: F}\n", "      url: {category: F}\n    sparse: [customerId, url]\n"));
        var elsewhere = load(text.replace("collection: visits", "collection: others")
                .replace("      url: {category: F}\n", "      url: {category: F}\n    sparse: [customerId]\n"));
        var planned = load(text);

        var carriedOut = planned.lackingAs(later);

        assertThat(carriedOut.version()).isEqualTo(planned.version());
        assertThat(carriedOut.collection("reviews", "browsing").place().sparse())
                .containsExactlyInAnyOrder("customerId", "url");
        assertThat(planned.lackingAs(elsewhere)).isEqualTo(planned);
        assertThat(later.lackingAs(planned)).isEqualTo(later);
    }

    @Test
    void a_table_lacks_no_column() {
        var refused = catchThrowableOfType(
                DataMapException.class,
                () -> load(GOOD.replace("    keep: {ground", "    sparse: [total]\n    keep: {ground")));

        assertThat(refused.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.field()).isEqualTo("stores[0].collections[1].sparse");
            assertThat(fault.message()).contains("only documents");
        });
    }

    @Test
    void every_fault_is_named_at_once() {
        var text = GOOD.replace("3 years", "3 moons").replace("erase: DELETE", "erase: SHRED");

        var refused = catchThrowableOfType(DataMapException.class, () -> load(text));

        assertThat(refused.faults()).extracting(DataMapException.Fault::line).containsExactlyInAnyOrder(16, 22);
    }

    @Test
    void what_is_not_YAML_is_refused_with_its_line() {
        var refused = catchThrowableOfType(DataMapException.class, () -> load("controller: acme\nstores: [\n"));

        assertThat(refused.faults()).singleElement().satisfies(fault -> assertThat(fault.line())
                .isPositive());
    }
}
