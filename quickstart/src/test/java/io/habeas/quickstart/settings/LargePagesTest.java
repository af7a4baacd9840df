// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class LargePagesTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"always [madvise] never\n", "[always] madvise never\n"})
    void they_are_asked_for_where_the_kernel_gives_them(String setting) throws IOException {
        assertThat(LargePages.jvmFlags(written(setting))).containsExactly("-XX:+UseTransparentHugePages");
    }

    @Test
    void they_are_not_where_it_does_not() throws IOException {
        assertThat(LargePages.jvmFlags(written("always madvise [never]\n"))).isEmpty();
    }

    @Test
    void they_are_not_where_nobody_knows() {
        assertThat(LargePages.jvmFlags(folder.resolve("nothing"))).isEmpty();
    }

    private Path written(String setting) throws IOException {
        return Files.writeString(folder.resolve("enabled"), setting);
    }
}
