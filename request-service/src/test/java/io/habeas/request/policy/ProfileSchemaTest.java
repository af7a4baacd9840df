// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.json.JsonMapper;

/** {@code docs/profile.schema.json} is for editors; it is made anew with {@code -Dhabeas.write-contracts=true}. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ProfileSchemaTest {

    private static final Path FILE = Path.of("../docs/profile.schema.json");
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(ProfileSchema.text(), InputFormat.JSON);

    static Stream<Path> files() throws IOException {
        return FiveProfilesTest.files();
    }

    private static List<Error> errors(String yaml) {
        var json = JsonMapper.builder()
                .build()
                .writeValueAsString(new Load(LoadSettings.builder().build()).loadFromString(yaml));
        return SCHEMA.validate(json, InputFormat.JSON);
    }

    @Test
    void the_schema_is_what_the_loader_reads() throws IOException {
        if (Boolean.getBoolean("habeas.write-contracts")) {
            Files.writeString(FILE, ProfileSchema.text());
        }

        assertThat(FILE)
                .as(
                        "run: mvn -pl request-service test -Dtest=ProfileSchemaTest -Dhabeas.write-contracts=true, and look at the"
                                + " difference")
                .content(StandardCharsets.UTF_8)
                .isEqualTo(ProfileSchema.text());
    }

    @ParameterizedTest
    @MethodSource("files")
    void each_of_the_five_profiles_is_valid(Path file) throws IOException {
        assertThat(errors(Files.readString(file))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "region: CN, region: CHN",
        "inForce: 2021-07-01, inForce: soon",
        "decidedBy: MACHINE, decidedBy: ANYBODY",
        "within: 30 days, within: thirty days",
        "timeZone:, timezone:",
        "state: RESTRICTED, status: RESTRICTED"
    })
    void what_the_loader_refuses_an_editor_marks_too(String part, String mistake) throws IOException {
        var ciie = Files.readString(SamplePolicies.FOLDER.resolve("ciie/profiles/2021-07.yaml"));
        assertThat(ciie).contains(part);

        assertThat(errors(ciie.replaceFirst(java.util.regex.Pattern.quote(part), mistake)))
                .isNotEmpty();
    }
}
