// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import io.habeas.journal.EventJournal.StreamPlace;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Orders that could not be followed, until they are: after a second, then ever later, at least once an hour. */
final class PutOff {

    /** @param attempts made so far, at least one */
    record Order(StreamPlace place, int attempts) {}

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final JdbcClient jdbc;

    PutOff(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @return how often it was tried by now */
    int note(StreamPlace place, Throwable failure) {
        return jdbc.sql("""
                insert into standing_order_put_off as o (request_id, sequence, attempts, due_at, failure)
                values (:request, :sequence, 1, now() + :first * interval '1 millisecond', :failure)
                on conflict (request_id, sequence) do update
                    set attempts = o.attempts + 1, failure = excluded.failure,
                        due_at = now() + least(:longest, :first * 2 ^ least(o.attempts, 20)) * interval '1 millisecond'
                returning attempts""")
                .param("request", place.stream())
                .param("sequence", place.sequence())
                .param("first", FIRST.toMillis())
                .param("longest", LONGEST.toMillis())
                .param("failure", failure.getClass().getName())
                .query(Integer.class)
                .single();
    }

    List<Order> due(int most) {
        return jdbc.sql("""
                select request_id, sequence, attempts from standing_order_put_off
                 where due_at <= now() order by due_at limit :most""")
                .param("most", most)
                .query((row, _) ->
                        new Order(new StreamPlace(row.getObject(1, UUID.class), row.getLong(2)), row.getInt(3)))
                .list();
    }

    void followed(StreamPlace place) {
        jdbc.sql("delete from standing_order_put_off where request_id = :request and sequence = :sequence")
                .param("request", place.stream())
                .param("sequence", place.sequence())
                .update();
    }
}
