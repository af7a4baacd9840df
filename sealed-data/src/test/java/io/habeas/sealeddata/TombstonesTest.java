// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TombstonesTest {

    @TempDir
    Path home;

    @Test
    void what_was_written_before_and_after_a_torn_line_is_read() throws IOException {
        var first = UUID.randomUUID();
        var second = UUID.randomUUID();
        new Tombstones(home).add(first);
        Files.writeString(home.resolve("destroyed.log"), "\n1234-torn", StandardOpenOption.APPEND);
        new Tombstones(home).add(second);
        assertThat(read()).containsExactly(first, second);
    }

    @Test
    void a_long_list_comes_in_chunks() {
        var tombstones = new Tombstones(home);
        for (var i = 0; i < 1001; i++) {
            tombstones.add(new UUID(0, i));
        }
        var sizes = new ArrayList<Integer>();
        tombstones.forEachChunk(chunk -> sizes.add(chunk.size()));
        assertThat(sizes).containsExactly(1000, 1);
    }

    private List<UUID> read() {
        var found = new ArrayList<UUID>();
        new Tombstones(home).forEachChunk(found::addAll);
        return found;
    }
}
