// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jwt.BadJwtException;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RevocationsTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final AtomicLong nanos = new AtomicLong();
    private final List<Revocation> revoked = new ArrayList<>();
    private int fetches;
    private int tries;
    private boolean away;
    private final Revocations list = new Revocations(this::fetch, Duration.ofSeconds(15), nanos::get);

    private List<Revocation> fetch() {
        tries++;
        if (away) {
            throw new IllegalStateException("away");
        }
        fetches++;
        return List.copyOf(revoked);
    }

    private void call(@Nullable Instant issuedAt) {
        list.require(Caller.Kind.STAFF, "staff-1", Set.of("smallrig"), issuedAt);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void a_young_list_is_not_fetched_again() {
        call(NOON);
        pass(Duration.ofSeconds(15));
        call(NOON);

        assertThat(fetches).isEqualTo(1);
    }

    @Test
    void what_is_revoked_stops_working_within_a_minute() {
        call(NOON);
        revoked.add(new Revocation(Caller.Kind.STAFF, "staff-1", "smallrig", NOON));
        pass(Revocations.OLDEST);

        assertThatThrownBy(() -> call(NOON))
                .isInstanceOf(BadJwtException.class)
                .isNotInstanceOf(NotCheckableException.class);
    }

    @Test
    void a_token_that_does_not_say_when_it_was_issued_is_older_than_every_revocation() {
        revoked.add(new Revocation(Caller.Kind.STAFF, "staff-1", "smallrig", NOON));

        assertThatThrownBy(() -> call(null)).isInstanceOf(BadJwtException.class);
    }

    @Test
    void a_token_issued_afterwards_works_and_so_do_others() {
        revoked.add(new Revocation(Caller.Kind.STAFF, "staff-1", "smallrig", NOON));
        revoked.add(new Revocation(Caller.Kind.STAFF, "staff-1", "smallrig", NOON.minusSeconds(9)));

        assertThatCode(() -> call(NOON.plusSeconds(1))).doesNotThrowAnyException();
        assertThatCode(() -> list.require(Caller.Kind.STAFF, "staff-2", Set.of("smallrig"), NOON))
                .doesNotThrowAnyException();
        assertThatCode(() -> list.require(Caller.Kind.STAFF, "staff-1", Set.of("ciie"), NOON))
                .doesNotThrowAnyException();
        assertThatCode(() -> list.require(Caller.Kind.REQUESTER, "staff-1", Set.of("smallrig"), NOON))
                .doesNotThrowAnyException();
    }

    @Test
    void the_last_list_holds_while_no_other_can_be_had_but_for_no_longer_than_a_minute() {
        call(NOON);
        away = true;
        pass(Revocations.OLDEST);
        assertThatCode(() -> call(NOON)).doesNotThrowAnyException();
        pass(Duration.ofNanos(1));

        assertThatThrownBy(() -> call(NOON)).isInstanceOf(NotCheckableException.class);
    }

    @Test
    void after_a_failure_who_waited_for_it_is_told_so_and_asks_again_a_second_later() {
        away = true;
        for (int caller = 0; caller < 40; caller++) {
            assertThatThrownBy(() -> call(NOON)).isInstanceOf(NotCheckableException.class);
        }
        assertThat(tries).isEqualTo(1);

        away = false;
        pass(Duration.ofSeconds(1));

        assertThatCode(() -> call(NOON)).doesNotThrowAnyException();
    }

    @Test
    void without_any_list_no_token_is_believed() {
        away = true;

        assertThatThrownBy(() -> call(NOON)).isInstanceOf(NotCheckableException.class);
    }
}
