// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.benchmarks.faults.Evidence.Announced;
import io.habeas.benchmarks.faults.Evidence.Asked;
import io.habeas.benchmarks.faults.Evidence.Outcome;
import io.habeas.benchmarks.faults.Evidence.Row;
import io.habeas.benchmarks.faults.Evidence.Shown;
import io.habeas.benchmarks.faults.Evidence.Taken;
import io.habeas.benchmarks.faults.Evidence.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class JudgeTest {

    private static final UUID REQUEST = UUID.fromString("00000000-0000-0000-0000-00000000000a");
    private static final UUID OTHER = UUID.fromString("00000000-0000-0000-0000-00000000000b");
    private static final String REFERENCE = "HB-AAAA-BBBB";
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final List<LedgerEntry> ledger = new ArrayList<>(List.of(
            LedgerEntry.call("key", "POST requests", "unknown", ""),
            LedgerEntry.call("key", "POST requests", "ok", REQUEST.toString()),
            LedgerEntry.effect("mailer", "task-2", "acted", "DONE"),
            LedgerEntry.effect("mailer", "task-2", "repeated", "DONE"),
            LedgerEntry.mail(REFERENCE, "RECEIVED", "m1"),
            LedgerEntry.mail(REFERENCE, "CODE", "m2"),
            LedgerEntry.mail(REFERENCE, "ANSWERED", "m3"),
            LedgerEntry.mail(REFERENCE, "ANSWERED", "m3")));
    private final List<Row> journal = new ArrayList<>(List.of(
            row("request", 0, "request.received"),
            row("request", 1, "request.closed"),
            row("verification", 0, "verification.challenge-issued")));
    private final Map<UUID, Shown> shown = new HashMap<>(Map.of(
            REQUEST,
            new Shown(
                    "CLOSED",
                    Set.of("task-1", "task-2"),
                    List.of(
                            new Outcome("task-1", "shop", "CONFIRMED", List.of()),
                            new Outcome("task-2", "mailer", "ATTESTED", List.of())),
                    false)));
    private final List<Announced> records = new ArrayList<>();
    private final Set<UUID> trail = new HashSet<>();
    private final Set<UUID> logged = new HashSet<>();
    private final List<Taken> inbox = new ArrayList<>(List.of(
            new Taken("verification", "habeas.request.v1", REQUEST, 1, false),
            new Taken("fulfillment", "habeas.request.v1", REQUEST, 1, false),
            new Taken("notification", "habeas.request.v1", REQUEST, 1, false),
            new Taken("request", "habeas.verification.v1", REQUEST, 0, false)));
    private Asked asked = asked(Journey.Wish.ERASURE, Map.of());
    private @Nullable Verdict log = new Verdict(true, "GOOD");
    private final List<String> leaks = new ArrayList<>();

    JudgeTest() {
        journal.forEach(row -> {
            records.add(new Announced(
                    "habeas." + row.service() + ".v1", 0, row.sequence(), row.request(), row.sequence(), row.event()));
            trail.add(row.event());
            logged.add(row.event());
        });
    }

    private static Row row(String service, long sequence, String type) {
        return new Row(
                service,
                REQUEST,
                sequence,
                UUID.nameUUIDFromBytes((service + sequence).getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                type,
                NOON.plusSeconds(sequence));
    }

    private static Asked asked(Journey.Wish wish, Map<String, Long> left) {
        return new Asked("key", wish, REQUEST, REFERENCE, Map.of("customers", 1L), left, 2, 2);
    }

    private Set<Invariant> violated() {
        return Judge.judge(
                        new Evidence(ledger, List.of(asked), shown, journal, records, trail, logged, inbox, log, leaks),
                        Judge.ALWAYS)
                .stream()
                .map(Judge.Violation::invariant)
                .collect(Collectors.toSet());
    }

    @Test
    void a_run_in_which_everything_fits_violates_nothing() {
        assertThat(violated()).isEmpty();
    }

    @Test
    void an_accepted_request_that_is_not_in_the_event_store_is_found() {
        ledger.add(LedgerEntry.call("another key", "POST requests", "ok", OTHER.toString()));

        assertThat(violated()).containsExactly(Invariant.I1);
    }

    @Test
    void one_key_with_two_requests_is_found() {
        journal.add(new Row("request", OTHER, 0, UUID.randomUUID(), "request.received", NOON));
        ledger.add(LedgerEntry.call("key", "POST requests", "ok", OTHER.toString()));

        assertThat(violated()).contains(Invariant.I1);
    }

    @Test
    void a_request_that_nobody_was_told_of_is_found() {
        journal.add(new Row("request", OTHER, 0, UUID.randomUUID(), "request.received", NOON));

        assertThat(violated()).contains(Invariant.I1);
    }

    @Test
    void a_request_that_does_not_end_is_found_and_one_that_an_operator_was_shown_is_not() {
        shown.put(REQUEST, new Shown("IN_FULFILLMENT", Set.of("task-1", "task-2"), List.of(), false));
        assertThat(violated()).contains(Invariant.I2);

        shown.put(REQUEST, new Shown("IN_FULFILLMENT", Set.of("task-1", "task-2"), List.of(), true));
        assertThat(violated()).isEmpty();
    }

    @Test
    void a_row_that_never_came_to_kafka_is_found() {
        records.removeLast();

        assertThat(violated()).containsExactly(Invariant.I3);
    }

    @Test
    void a_row_that_never_came_to_the_audit_topic_is_found() {
        trail.remove(journal.getFirst().event());

        assertThat(violated()).containsExactly(Invariant.I3);
    }

    @Test
    void a_reader_that_did_not_take_in_the_last_message_or_parked_it_is_found() {
        inbox.set(1, new Taken("fulfillment", "habeas.request.v1", REQUEST, 0, false));
        assertThat(violated()).containsExactly(Invariant.I3);

        inbox.set(1, new Taken("fulfillment", "habeas.request.v1", REQUEST, 1, true));
        assertThat(violated()).containsExactly(Invariant.I3);
    }

    @Test
    void an_effect_that_was_had_twice_is_found_and_a_repeat_under_the_same_id_is_not() {
        ledger.add(LedgerEntry.effect("mailer", "task-2", "acted", "DONE"));

        assertThat(violated()).containsExactly(Invariant.I4);
    }

    @Test
    void an_effect_under_an_id_that_is_no_task_is_found() {
        ledger.add(LedgerEntry.effect("mailer", "made-up", "acted", "DONE"));

        assertThat(violated()).containsExactly(Invariant.I4);
    }

    @Test
    void two_outcomes_of_one_task_and_counts_that_do_not_add_up_are_found() {
        shown.put(
                REQUEST,
                new Shown(
                        "CLOSED",
                        Set.of("task-1", "task-2"),
                        List.of(
                                new Outcome("task-1", "shop", "CONFIRMED", List.of()),
                                new Outcome("task-1", "shop", "CONFIRMED", Judge.unreconciled("shop", "orders", 3, 2)),
                                new Outcome("task-2", "mailer", "ATTESTED", List.of())),
                        false));

        assertThat(Judge.judge(
                        new Evidence(ledger, List.of(asked), shown, journal, records, trail, logged, inbox, log, leaks),
                        Set.of(Invariant.I4)))
                .hasSize(2);
    }

    @Test
    void a_hole_in_a_journal_and_a_record_ahead_of_its_predecessor_are_found() {
        journal.set(1, new Row("request", REQUEST, 2, journal.get(1).event(), "request.closed", NOON));
        assertThat(violated()).contains(Invariant.I5);

        journal.set(1, row("request", 1, "request.closed"));
        records.set(
                0,
                new Announced(
                        "habeas.request.v1",
                        0,
                        5,
                        REQUEST,
                        0,
                        journal.getFirst().event()));
        assertThat(violated()).containsExactly(Invariant.I5);
    }

    @Test
    void a_log_that_the_verifier_rejects_or_that_lacks_a_row_and_time_that_goes_back_are_found() {
        log = new Verdict(false, "BAD entry 7");
        assertThat(violated()).containsExactly(Invariant.I6);

        log = new Verdict(true, "GOOD");
        logged.remove(journal.getFirst().event());
        assertThat(violated()).containsExactly(Invariant.I6);

        logged.add(journal.getFirst().event());
        var last = journal.get(1);
        journal.set(1, new Row("request", REQUEST, 1, last.event(), last.type(), NOON.minusSeconds(1)));
        assertThat(violated()).containsExactly(Invariant.I6);
    }

    @Test
    void completed_with_rows_left_or_with_a_task_that_has_no_outcome_is_found() {
        asked = asked(Journey.Wish.ERASURE, Map.of("browsing", 2L));
        assertThat(violated()).containsExactly(Invariant.I7);

        asked = asked(Journey.Wish.ERASURE, Map.of());
        shown.put(
                REQUEST,
                new Shown(
                        "CLOSED",
                        Set.of("task-1", "task-2"),
                        List.of(new Outcome("task-1", "shop", "CONFIRMED", List.of())),
                        false));
        assertThat(violated()).containsExactly(Invariant.I7);
    }

    @Test
    void a_letter_under_two_message_ids_and_a_letter_that_was_never_mailed_are_found() {
        ledger.add(LedgerEntry.mail(REFERENCE, "RECEIVED", "m9"));
        assertThat(violated()).containsExactly(Invariant.I9);

        ledger.removeLast();
        ledger.removeIf(entry -> entry.what().equals("ANSWERED"));
        assertThat(violated()).containsExactly(Invariant.I9);

        ledger.add(LedgerEntry.mail(REFERENCE, "ANSWERED", "m3"));
        ledger.removeIf(entry -> entry.what().equals("RECEIVED"));
        assertThat(violated()).containsExactly(Invariant.I9);
    }

    @Test
    void a_code_more_than_there_were_challenges_is_found() {
        ledger.add(LedgerEntry.mail(REFERENCE, "CODE", "m8"));

        assertThat(violated()).containsExactly(Invariant.I9);
    }

    @Test
    void a_leak_is_found() {
        leaks.add("something personal stands in logs/request.log");

        assertThat(violated()).containsExactly(Invariant.I10);
    }

    @Test
    void a_request_that_was_taken_back_and_deleted_something_is_found() {
        shown.put(REQUEST, new Shown("WITHDRAWN", Set.of(), List.of(), false));
        ledger.removeIf(entry -> entry.kind() == LedgerEntry.Kind.EFFECT);

        asked = asked(Journey.Wish.WITHDRAWAL, Map.of("customers", 1L));
        assertThat(violated()).isEmpty();

        asked = asked(Journey.Wish.WITHDRAWAL, Map.of());
        assertThat(violated()).containsExactly(Invariant.I12);
    }
}
