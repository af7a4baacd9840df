// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import io.habeas.connector.OutboundNetworks;
import io.habeas.fulfillment.datamap.DataMap;
import io.habeas.fulfillment.datamap.DataMapException;
import io.habeas.fulfillment.datamap.DataMapLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class SecretsTest {

    private static final String MAP = """
            controller: acme
            stores:
            - id: shop
              kind: postgres
              region: US
              connection: {url: "jdbc:postgresql://127.0.0.1:5432/shop", user: habeas, password: {secret: shop-db}}
              collections:
              - name: customers
                key: id
                identifies: {email: EMAIL}
                fields:
                  email: {category: A, purposes: [account]}
                erase: DELETE
            recipients:
            - id: mailer
              kind: http
              role: SERVICE_PROVIDER
              region: US
              receives: [A]
              endpoint: "https://192.88.98.1/privacy"
              signing: {secret: mailer-signing}
            """;

    @TempDir
    private Path home;

    @BeforeEach
    void lay_down() throws IOException {
        put("acme/shop-db", "of-acme\n");
        put("beta/shop-db", "of-beta");
        put("beta/only-of-beta", "of-beta");
        put("kek/1", "a key of keys");
        put("client-fulfillment", "of the installation");
        put("requester.jwk", "of the installation");
        put("shop-db", "of an earlier version");
        put("old-db", "of an earlier version");
    }

    private void put(String name, String value) throws IOException {
        Path file = home.resolve("secrets").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, value);
    }

    private Secrets secrets() {
        return new Secrets(home, Map.of());
    }

    @Test
    void each_controller_has_a_folder_of_its_own() {
        assertThat(secrets().resolve("acme", "shop-db")).hasValue("of-acme");
        assertThat(secrets().resolve("beta", "shop-db")).hasValue("of-beta");
    }

    @ParameterizedTest
    @ValueSource(strings = {"only-of-beta", "client-fulfillment", "requester.jwk", "old-db"})
    void neither_those_of_another_nor_those_of_the_installation_are_found(String name) {
        assertThat(secrets().resolve("acme", name)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "acme, ../beta/shop-db",
        "acme, ../client-fulfillment",
        "acme, ..",
        "acme, .",
        "acme, ''",
        "acme, shop-db/",
        "acme, a..b",
        "., client-fulfillment",
        ".., secrets",
        "'', client-fulfillment",
        "acme/../beta, shop-db",
        "kek, 1",
    })
    void what_is_no_name_leads_nowhere(String controller, String name) throws IOException {
        put("acme/a..b", "found");

        assertThat(secrets().resolve(controller, name)).isEmpty();
    }

    @Test
    void a_variable_of_the_environment_names_the_controller_too() {
        var secrets = new Secrets(
                home,
                Map.of(
                        "HABEAS_SECRET_ACME__SHOP_DB", "from-outside",
                        "HABEAS_SECRET_ONLY_OF_BETA", "of nobody",
                        "HABEAS_SECRET_ACME_NORTH__SHOP_DB", "of-acme-north",
                        "HABEAS_SECRET_ACME__NORTH__SHOP_DB", "of-acme"));

        assertThat(secrets.resolve("acme", "shop-db")).hasValue("from-outside");
        assertThat(secrets.resolve("beta", "shop-db")).hasValue("of-beta");
        assertThat(secrets.resolve("acme", "only-of-beta")).isEmpty();
        assertThat(secrets.resolve("acme-north", "shop-db")).hasValue("of-acme-north");
        assertThat(secrets.resolve("acme--north", "shop-db"))
                .as("the name could be read in two ways, so it is a file or nothing")
                .isEmpty();
    }

    @Test
    void a_missing_secret_of_a_store_is_told_with_its_place_and_that_of_earlier_versions() throws Exception {
        Files.delete(home.resolve("secrets/acme/shop-db"));
        try (var connectors = new Connectors(secrets())) {
            var map = map(connectors);

            var missing = catchThrowableOfType(ConnectorException.class, () -> connectors.shared(map, "shop"));

            assertThat(missing.category()).isEqualTo(Category.FIX_CONFIGURATION);
            assertThat(missing)
                    .hasMessageContaining("'password' of store 'shop'")
                    .hasMessageContaining("put it into secrets/acme/shop-db;")
                    .hasMessageContaining("secrets/shop-db, where earlier versions looked, is not read");
        }
    }

    @Test
    void a_missing_secret_of_a_recipient_is_told_likewise() throws Exception {
        put("mailer-signing", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        try (var connectors = new Connectors(secrets());
                var recipients = new Recipients(secrets(), OutboundNetworks.publicAlone())) {
            var map = map(connectors);

            var missing = catchThrowableOfType(ConnectorException.class, () -> recipients.of(map, "mailer"));

            assertThat(missing)
                    .hasMessageContaining("put it into secrets/acme/mailer-signing;")
                    .hasMessageContaining("secrets/mailer-signing, where earlier versions looked, is not read");
        }
    }

    private static DataMap map(Connectors connectors) throws DataMapException {
        return new DataMapLoader(connectors.kinds()).load("acme", "US", "data-map.yaml", MAP);
    }
}
