// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TrailEntryTest {

    @Test
    void the_description_of_the_topics_names_every_member_in_its_order() throws IOException {
        var message = audit(Files.readAllLines(Path.of("../contracts/asyncapi.yaml")));
        var payload = message.subList(message.indexOf("      payload:"), message.size());
        var members = payload.stream()
                .filter(line -> line.matches(" {10}[a-z]+:"))
                .map(line -> line.strip().replace(":", ""))
                .toList();

        assertThat(members)
                .isEqualTo(Arrays.stream(TrailEntry.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList());
        assertThat(message).contains("          " + Trail.MAC + ":");
    }

    private static List<String> audit(List<String> lines) {
        var rest = lines.subList(lines.indexOf("    audit.entry:"), lines.size());
        int end = (int) rest.stream()
                .skip(1)
                .takeWhile(line -> line.startsWith("      "))
                .count();
        return rest.subList(0, end + 1);
    }
}
