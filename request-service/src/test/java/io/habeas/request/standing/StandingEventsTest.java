// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.habeas.journal.FeedPosition;
import io.habeas.journal.NewEvent;
import io.habeas.journal.StoredEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** What was stored once is read for ever. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class StandingEventsTest {

    private static final Path GOLDEN = Path.of("src/test/resources/standing");

    private final StandingEvents events = new StandingEvents();
    private final JsonMapper json = JsonMapper.shared();

    static Stream<StandingEvent> everything_that_can_be_stored() {
        return SampleStandings.all();
    }

    @ParameterizedTest
    @MethodSource("everything_that_can_be_stored")
    void what_was_stored_can_still_be_read(StandingEvent event) throws IOException {
        assertThat(events.read(stored(StandingEvents.nameOf(event), 1, Files.readString(golden(event)))))
                .isEqualTo(event);
    }

    @ParameterizedTest
    @MethodSource("everything_that_can_be_stored")
    void what_is_stored_looks_as_it_did(StandingEvent event) throws IOException {
        assertThat(json.readTree(events.payload(event))).isEqualTo(json.readTree(Files.readString(golden(event))));
    }

    @Test
    void nothing_is_missing_from_the_list() {
        assertThat(everything_that_can_be_stored().<Class<?>>map(Object::getClass))
                .containsExactlyInAnyOrder(StandingEvent.class.getPermittedSubclasses());
    }

    @Test
    void an_unknown_name_or_revision_is_not_guessed_at() {
        assertThatThrownBy(() -> events.read(stored("standing.vanished", 1, "{}")))
                .hasMessageContaining("standing.vanished");
        assertThatThrownBy(() -> events.read(stored("standing.ended", 2, "{}"))).hasMessageContaining("revision 2");
        assertThat(StandingEvents.isOne(stored("request.closed", 1, "{}"))).isFalse();
    }

    private static Path golden(StandingEvent event) {
        return GOLDEN.resolve(StandingEvents.nameOf(event) + ".r" + StandingEvents.revisionOf(event) + ".json");
    }

    private static StoredEvent stored(String type, int revision, String json) {
        return new StoredEvent(
                FeedPosition.START,
                new NewEvent(
                        new UUID(1, 1),
                        0,
                        new UUID(0, 1),
                        type,
                        revision,
                        Instant.EPOCH,
                        null,
                        0,
                        "smallrig",
                        "requester",
                        null,
                        json.getBytes(StandardCharsets.UTF_8),
                        "{}".getBytes(StandardCharsets.UTF_8)));
    }
}
