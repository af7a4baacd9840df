// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Schemas are made from the records; golden files are what was once sent, and stay. With {@code -Dhabeas.write-contracts=true}
 * schemas are made anew, and golden files that do not exist yet are written; those that exist never are.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SchemasTest {

    private static final Path SCHEMAS = Path.of("schemas");
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final boolean WRITE = Boolean.getBoolean("habeas.write-contracts");
    private static final JsonMapper JSON = JsonMapper.builder()
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    static Stream<Class<?>> records() {
        return JsonSchemas.records();
    }

    @ParameterizedTest
    @MethodSource("records")
    void the_schema_in_the_tree_is_the_one_that_the_record_makes(Class<?> record) throws IOException {
        var file = schema(record);
        if (WRITE) {
            Files.createDirectories(SCHEMAS);
            Files.writeString(file, JsonSchemas.of(record));
        }

        assertThat(file)
                .as("run: mvn -pl contracts test -Dhabeas.write-contracts=true, and look at the difference")
                .hasContent(JsonSchemas.of(record));
    }

    @ParameterizedTest
    @MethodSource("records")
    void what_was_once_sent_fits_its_schema_and_is_read_without_loss(Class<?> record) throws IOException {
        var file = GOLDEN.resolve(JsonSchemas.nameOf(record) + ".json");
        if (WRITE && !Files.exists(file)) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, JSON.writeValueAsString(SampleAnnouncements.of(record)) + "\n");
        }
        assertThat(file).as("an announcement without a golden file").exists();
        var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(schema(record)));

        for (var sent : JSON.readTree(Files.readString(file))) {
            assertThat(schema.validate(
                            sent.toString(),
                            InputFormat.JSON,
                            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true))))
                    .isEmpty();
            assertThat(JSON.readTree(JSON.writeValueAsString(JSON.treeToValue(sent, record))))
                    .isEqualTo(sent);
        }
    }

    @Test
    void a_schema_refuses_what_is_unknown_missing_or_of_another_form() {
        var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(JsonSchemas.of(NotificationAnnouncement.Sent.class));
        var good = "{\"requestId\":\"00000000-0000-8000-8000-000000000001\",\"letter\":\"CODE\",\"channel\":\"mail\"}";

        for (var bad : new String[] {
            good.replace("}", ",\"email\":\"a\"}"),
            good.replace("CODE", "PARCEL"),
            good.replace(",\"channel\":\"mail\"", ""),
            good.replace("00000000-", "x-")
        }) {
            assertThat(schema.validate(
                            bad,
                            InputFormat.JSON,
                            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true))))
                    .as(bad)
                    .isNotEmpty();
        }
        assertThat(schema.validate(good, InputFormat.JSON)).isEmpty();
    }

    @Test
    void no_schema_is_left_of_what_is_not_announced() throws IOException {
        try (var files = Files.list(SCHEMAS)) {
            assertThat(files)
                    .containsExactlyInAnyOrderElementsOf(
                            records().map(SchemasTest::schema).toList());
        }
    }

    private static Path schema(Class<?> record) {
        return SCHEMAS.resolve(JsonSchemas.nameOf(record) + ".schema.json");
    }
}
