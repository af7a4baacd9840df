// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.habeas.journal.FeedPosition;
import io.habeas.journal.NewEvent;
import io.habeas.journal.StoredEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** Whatever was once stored can still be read. A golden file is never changed; a new revision gets a new one. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class StoredEventsTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    private final StoredEvents events = new StoredEvents();

    static Stream<RequestEvent> everything_that_can_be_stored() {
        return SampleEvents.all();
    }

    @ParameterizedTest
    @MethodSource("everything_that_can_be_stored")
    void what_was_stored_can_still_be_read(RequestEvent event) throws IOException {
        var json = Files.readString(golden(event));

        assertThat(events.read(stored(nameOf(event), revisionOf(event), json))).isEqualTo(event);
    }

    @ParameterizedTest
    @MethodSource("everything_that_can_be_stored")
    void what_is_stored_looks_as_it_did(RequestEvent event) throws IOException {
        var mapper = JsonMapper.builder().build();

        var written = mapper.readTree(mapper.writeValueAsBytes(event));

        assertThat(written).isEqualTo(mapper.readTree(Files.readString(golden(event))));
    }

    @Test
    void no_event_is_missing_from_the_list() {
        var listed =
                everything_that_can_be_stored().<Class<?>>map(Object::getClass).toList();

        assertThat(listed).containsExactlyInAnyOrder(RequestEvent.class.getPermittedSubclasses());
    }

    @Test
    void every_golden_file_belongs_to_an_event() throws IOException {
        try (var files = Files.list(GOLDEN)) {
            var named = everything_that_can_be_stored()
                    .map(StoredEventsTest::golden)
                    .toList();

            assertThat(files.toList()).containsExactlyInAnyOrderElementsOf(named);
        }
    }

    @Test
    void components_that_came_later_are_passed_over_and_unknown_names_are_not() {
        var json = "{\"requestId\": \"" + Samples.ID + "\", \"later\": 1}";

        assertThat(events.read(stored("request.closed", 1, json)))
                .isEqualTo(new RequestEvent.RequestClosed(Samples.ID));
        assertThatThrownBy(() -> events.read(stored("request.closed", 2, json)))
                .hasMessageContaining("request.closed in revision 2");
        assertThatThrownBy(() -> events.read(stored("request.vanished", 1, json)))
                .hasMessageContaining("request.vanished");
    }

    @Test
    void names_are_unlike_each_other() {
        var names = Arrays.stream(RequestEvent.class.getPermittedSubclasses())
                .map(type -> type.getAnnotation(Stored.class).value())
                .toList();

        assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches("request\\.[a-z-]+"));
    }

    private static Path golden(RequestEvent event) {
        return GOLDEN.resolve(nameOf(event) + ".r" + revisionOf(event) + ".json");
    }

    private static String nameOf(RequestEvent event) {
        return StoredEvents.nameOf(event.getClass());
    }

    private static int revisionOf(RequestEvent event) {
        return List.of(event.getClass().getAnnotation(Stored.class)).getFirst().revision();
    }

    private static StoredEvent stored(String type, int revision, String json) {
        return new StoredEvent(
                FeedPosition.START,
                new NewEvent(
                        Samples.ID,
                        0,
                        new UUID(0, 1),
                        type,
                        revision,
                        Samples.RECEIVED_AT,
                        null,
                        0,
                        "smallrig",
                        "requester",
                        null,
                        json.getBytes(StandardCharsets.UTF_8),
                        "{}".getBytes(StandardCharsets.UTF_8)));
    }
}
