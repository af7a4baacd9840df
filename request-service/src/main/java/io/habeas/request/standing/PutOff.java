// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.standing;

import io.habeas.journal.EventJournal.StreamPlace;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Orders that could not be followed, until they are: tried again after a second, then ever later. */
final class PutOff {

    private static final Duration FIRST = Duration.ofSeconds(1);
    /** For one try; whoever dies in it has another copy try after that. */
    private static final Duration MINE = Duration.ofMinutes(1);

    private final JdbcClient jdbc;

    PutOff(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Where it was put off before it stays as it is: its next try is due by itself. */
    void begin(StreamPlace place, Throwable failure) {
        jdbc.sql("""
                insert into standing_order_put_off (request_id, sequence, attempts, due_at, failure)
                values (:request, :sequence, 1, now() + :first * interval '1 millisecond', :failure)
                on conflict do nothing""")
                .param("request", place.stream())
                .param("sequence", place.sequence())
                .param("first", FIRST.toMillis())
                .param("failure", failure.getClass().getName())
                .update();
    }

    /** @param longest until the next try @return how often it was tried by now */
    int note(StreamPlace place, Throwable failure, Duration longest) {
        return jdbc.sql("""
                update standing_order_put_off
                   set attempts = attempts + 1, failure = :failure,
                       due_at = now() + least(:longest, :first * 2 ^ least(attempts, 20)) * interval '1 millisecond'
                 where request_id = :request and sequence = :sequence
                returning attempts""")
                .param("request", place.stream())
                .param("sequence", place.sequence())
                .param("first", FIRST.toMillis())
                .param("longest", longest.toMillis())
                .param("failure", failure.getClass().getName())
                .query(Integer.class)
                .optional()
                .orElse(1);
    }

    /** The one that waits longest, for this copy alone for a while. */
    Optional<StreamPlace> claim() {
        return jdbc.sql("""
                update standing_order_put_off set due_at = now() + :mine * interval '1 millisecond'
                 where (request_id, sequence) = (
                    select request_id, sequence from standing_order_put_off
                     where due_at <= now() order by due_at limit 1 for update skip locked)
                returning request_id, sequence""")
                .param("mine", MINE.toMillis())
                .query((row, _) -> new StreamPlace(row.getObject(1, UUID.class), row.getLong(2)))
                .optional();
    }

    long count() {
        return jdbc.sql("select count(*) from standing_order_put_off")
                .query(Long.class)
                .single();
    }

    void followed(StreamPlace place) {
        jdbc.sql("delete from standing_order_put_off where request_id = :request and sequence = :sequence")
                .param("request", place.stream())
                .param("sequence", place.sequence())
                .update();
    }
}
