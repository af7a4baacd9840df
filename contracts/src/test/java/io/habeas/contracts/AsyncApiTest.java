// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** {@code asyncapi.yaml} is what readers outside rely on; it is made anew with {@code -Dhabeas.write-contracts=true}. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AsyncApiTest {

    private static final Path FILE = Path.of("asyncapi.yaml");

    @Test
    void the_description_in_the_tree_is_the_one_that_the_records_make() throws IOException {
        if (Boolean.getBoolean("habeas.write-contracts")) {
            Files.writeString(FILE, AsyncApiDocument.yaml());
        }

        assertThat(Files.readString(FILE))
                .as("run: mvn -pl contracts test -Dhabeas.write-contracts=true, and look at the difference")
                .isEqualTo(AsyncApiDocument.yaml());
    }
}
