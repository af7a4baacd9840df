// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.habeas.journal.NewEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RecentlyReadTest {

    private static final int HALF = 4;

    private final RecentlyRead recent = new RecentlyRead(HALF);
    private final List<NewEvent> read = new ArrayList<>();

    @Test
    void a_row_is_read_once_however_many_ask() {
        var first = recent.of(row(1, "request.closed", "{}"), this::read);

        assertThat(recent.of(row(1, "request.closed", "{}"), this::read)).isSameAs(first);
        assertThat(read).hasSize(1);
    }

    @Test
    void a_row_that_was_changed_in_the_table_is_read_as_it_lies_there() {
        recent.of(row(1, "request.closed", "{}"), this::read);

        recent.of(row(1, "request.closed", "{ }"), this::read);
        recent.of(row(1, "request.lapsed", "{ }"), this::read);

        assertThat(read).hasSize(3);
    }

    @Test
    void a_row_that_cannot_be_read_is_not_kept() {
        assertThatThrownBy(() -> recent.of(row(1, "request.vanished", "{}"), _ -> {
                    throw new IllegalArgumentException("no such event");
                }))
                .hasMessage("no such event");

        recent.of(row(1, "request.vanished", "{}"), this::read);

        assertThat(read).hasSize(1);
    }

    @Test
    void the_last_ones_are_kept_and_no_more_than_twice_as_many() {
        for (int id = 0; id < 3 * HALF; id++) {
            recent.of(row(id, "request.closed", "{}"), this::read);
        }
        read.clear();

        recent.of(row(3 * HALF - 1, "request.closed", "{}"), this::read);
        assertThat(read).isEmpty();
        recent.of(row(0, "request.closed", "{}"), this::read);
        assertThat(read).hasSize(1);
    }

    private RequestEvent read(NewEvent row) {
        read.add(row);
        return new RequestEvent.RequestClosed(row.stream());
    }

    private static NewEvent row(long id, String type, String json) {
        return new NewEvent(
                Samples.ID,
                0,
                new UUID(0, id),
                type,
                1,
                Samples.RECEIVED_AT,
                null,
                0,
                "smallrig",
                "requester",
                null,
                json.getBytes(StandardCharsets.UTF_8),
                "{}".getBytes(StandardCharsets.UTF_8));
    }
}
