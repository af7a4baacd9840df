// SPDX-License-Identifier: Apache-2.0
package io.habeas.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClients;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.bson.Document;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** So that nobody takes the embedded servers for those in containers. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SliceServersTest {

    @Test
    void the_slices_run_on_the_images_of_the_composition() throws Exception {
        assertThat(Files.readString(Path.of("..", "docker-compose.yml")))
                .contains("image: " + SliceServers.POSTGRES)
                .contains("image: " + SliceServers.KAFKA)
                .contains("image: " + SliceServers.MONGO);
    }

    @Test
    void postgresql_is_the_one_in_the_container() throws Exception {
        try (var connection = DriverManager.getConnection(
                        "jdbc:postgresql://" + System.getProperty("habeas.test.postgres") + "/postgres?user=postgres");
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SHOW data_directory")) {
            rows.next();

            assertThat(rows.getString(1)).isEqualTo("/var/lib/postgresql/data");
        }
    }

    @Test
    void kafka_is_the_one_in_the_container() throws Exception {
        var properties = new Properties();
        properties.put("bootstrap.servers", System.getProperty("habeas.test.kafka"));
        try (var admin = Admin.create(properties)) {
            assertThat(admin.describeCluster().nodes().get()).hasSize(1);
        }
    }

    @Test
    void the_server_of_documents_says_what_it_is() {
        try (var client = MongoClients.create("mongodb://" + System.getProperty("habeas.test.mongo"))) {
            var build = client.getDatabase("admin").runCommand(new Document("buildInfo", 1));
            System.out.println("documents: version " + build.getString("version") + ", "
                    + (build.containsKey("gitVersion") && build.containsKey("modules")
                            ? "MongoDB itself"
                            : "a server that speaks MongoDB's protocol, not MongoDB itself"));

            assertThat(build.getString("version")).isNotEmpty();
        }
    }
}
