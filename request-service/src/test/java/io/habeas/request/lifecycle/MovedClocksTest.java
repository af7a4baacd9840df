// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import static io.habeas.request.lifecycle.Samples.ID;
import static io.habeas.request.lifecycle.Samples.KEYS;
import static io.habeas.request.lifecycle.Samples.sealed;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.contracts.ProofLevel;
import io.habeas.contracts.ProofMethod;
import io.habeas.contracts.Right;
import io.habeas.journal.JournalMetadata;
import io.habeas.request.calendars.Calendars;
import io.habeas.request.lifecycle.RequestCommand.AcceptProof;
import io.habeas.request.lifecycle.RequestCommand.AskStatement;
import io.habeas.request.lifecycle.RequestCommand.Reckon;
import io.habeas.request.lifecycle.RequestCommand.RecordLetter;
import io.habeas.request.lifecycle.RequestCommand.RecordUndeliverable;
import io.habeas.request.lifecycle.RequestCommand.RunOut;
import io.habeas.request.lifecycle.RequestCommand.TakeStatement;
import io.habeas.request.lifecycle.RequestCommand.Warn;
import io.habeas.request.lifecycle.RequestEvent.ClockReckoned;
import io.habeas.request.lifecycle.RequestEvent.ClockResumed;
import io.habeas.request.lifecycle.RequestEvent.ClockStarted;
import io.habeas.request.lifecycle.RequestEvent.ClockStopped;
import io.habeas.request.lifecycle.RequestEvent.ClockWarned;
import io.habeas.request.lifecycle.RequestEvent.RequestApproved;
import io.habeas.request.lifecycle.RequestEvent.RequestLapsed;
import io.habeas.request.lifecycle.RequestEvent.RequestReceived;
import io.habeas.request.lifecycle.RequestEvent.ReviewAsked;
import io.habeas.request.lifecycle.RequestEvent.StatementAsked;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.SamplePolicies;
import io.habeas.request.policy.Terms.Certainty;
import io.habeas.request.policy.Terms.Deadline;
import io.habeas.request.policy.language.StopReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.TestExecutor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clocks that stand still while the person is asked for something, are capped, warn, and are counted again. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MovedClocksTest {

    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
    /** The morning of 2 March 2026 in Shanghai. */
    private static final Instant RECEIVED = Instant.parse("2026-03-02T02:00:00Z");

    private static final String CIIE = "ciie@2021-07";

    /** One request; each command at a time of its own. */
    private static final class Life {

        private AggregateTestFixture<DataSubjectRequest> fixture = fixture(SamplePolicies.load());
        private @Nullable TestExecutor<DataSubjectRequest> unused = fixture.givenNoPriorActivity();

        private static AggregateTestFixture<DataSubjectRequest> fixture(Policies policies) {
            var fixture = new AggregateTestFixture<>(DataSubjectRequest.class);
            fixture.registerCommandTargetResolver(Requests.target());
            fixture.registerInjectableResource(policies);
            fixture.setReportIllegalStateChange(false);
            return fixture;
        }

        List<RequestEvent> at(String moment, RequestCommand command) {
            return at(Instant.parse(moment), command);
        }

        private int restarted;

        /** What it led to. */
        List<RequestEvent> at(Instant moment, RequestCommand command) {
            if (unused != null) {
                // the fixture knows its handlers from the first command on
                int given = restarted;
                unused.when(command, Map.of(JournalMetadata.TIME, moment.toString()))
                        .expectSuccessfulHandlerExecution();
                unused = null;
                return all().subList(given, all().size());
            }
            int known = all().size();
            var failure = new AtomicReference<Throwable>();
            fixture.getCommandBus()
                    .dispatch(
                            new GenericCommandMessage<>(
                                    command, MetaData.with(JournalMetadata.TIME, moment.toString())),
                            (_, result) -> result.optionalExceptionResult().ifPresent(failure::set));
            if (failure.get() instanceof RuntimeException failed) {
                throw failed;
            }
            return all().subList(known, all().size());
        }

        /** A new process with other calendars. */
        void restart(Policies policies) {
            var events = all();
            fixture = fixture(policies);
            unused = fixture.given(events);
            restarted = events.size();
        }

        private List<RequestEvent> all() {
            return fixture.getEventStore()
                    .readEvents(ID.toString())
                    .asStream()
                    .map(EventMessage::getPayload)
                    .map(RequestEvent.class::cast)
                    .toList();
        }
    }

    private static RequestCommand.Receive receive(String controller, String profile, String place, Right right) {
        return receive(controller, profile, place, right, RECEIVED);
    }

    private static RequestCommand.Receive receive(
            String controller, String profile, String place, Right right, Instant at) {
        return Samples.receive(controller, profile, place, right, at);
    }

    private static AcceptProof proof(String at) {
        return new AcceptProof(
                ID,
                ProofMethod.CONTACT_ON_FILE,
                ProofLevel.STANDARD,
                sealed(KEYS.caseKey(), "proved"),
                sealed(KEYS.caseKey(), "contact"),
                true,
                Instant.parse(at));
    }

    private static <E> E only(Class<E> type, List<RequestEvent> events) {
        var found = events.stream().filter(type::isInstance).map(type::cast).toList();
        assertThat(found).as("%s in %s", type.getSimpleName(), events).hasSize(1);
        return found.getFirst();
    }

    private static LocalDate day(Instant moment) {
        return moment.atZone(SHANGHAI).toLocalDate();
    }

    private static Deadline respond(RequestReceived received) {
        return received.clocks().stream()
                .filter(it -> it.kind() == ClockKind.RESPOND)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void thirty_days_are_moved_by_the_days_between_asking_for_proof_and_getting_it() {
        var life = new Life();

        var received = life.at(RECEIVED, receive("ciie", CIIE, "CN", Right.ACCESS));
        assertThat(day(respond(only(RequestReceived.class, received)).dueAt())).isEqualTo("2026-04-01");
        var stopped = only(ClockStopped.class, received);
        assertThat(stopped.reason()).isEqualTo(StopReason.PROOF_ASKED);
        assertThat(stopped.dueAt()).as("nothing ends it while it stands").isNull();

        var proved = life.at("2026-03-09T02:00:00Z", proof("2026-03-09T02:00:00Z"));
        assertThat(day(only(ClockResumed.class, proved).clock().dueAt())).isEqualTo("2026-04-08");
        assertThat(proved.getLast()).isInstanceOf(RequestApproved.class);
    }

    @Test
    void a_clock_that_stands_still_ends_with_its_cap_and_no_proof_moves_it_over_that() {
        var life = new Life();

        var received = life.at(RECEIVED, receive("ciie", CIIE, "CN", Right.ERASURE));
        var cap = only(ClockStopped.class, received).dueAt();
        assertThat(day(respond(only(RequestReceived.class, received)).dueAt())).isEqualTo("2026-03-23");
        assertThat(day(java.util.Objects.requireNonNull(cap))).isEqualTo("2026-03-23");

        var proved = life.at("2026-03-20T02:00:00Z", proof("2026-03-20T02:00:00Z"));
        assertThat(day(only(ClockResumed.class, proved).clock().dueAt())).isEqualTo("2026-03-23");
    }

    @Test
    void the_days_before_staff_entered_a_request_are_not_charged_to_the_person() {
        var life = new Life();
        var it = receive("ciie", CIIE, "CN", Right.ACCESS);
        var entered = Samples.with(
                it, null, new Entry(Entry.Channel.POST, "staff:clerk", Instant.parse("2026-03-20T02:00:00Z")));
        life.at("2026-03-20T02:00:00Z", entered);

        var proved = life.at("2026-03-22T02:00:00Z", proof("2026-03-22T02:00:00Z"));

        assertThat(day(only(ClockResumed.class, proved).clock().dueAt())).isEqualTo("2026-04-03");
    }

    @Test
    void a_clock_that_ran_out_while_it_stood_still_does_not_run_again() {
        var life = new Life();
        life.at(RECEIVED, receive("ciie", CIIE, "CN", Right.PORTABILITY));
        life.at("2026-03-03T02:00:00Z", proof("2026-03-03T02:00:00Z"));
        var stopped = only(ClockStopped.class, life.at("2026-03-20T02:00:00Z", new AskStatement(ID)));
        var cap = java.util.Objects.requireNonNull(stopped.dueAt());

        var over = life.at(cap.plusSeconds(1), new RunOut(ID, ClockKind.RESPOND, cap));
        var given = life.at(
                "2026-04-03T02:00:00Z",
                new TakeStatement(ID, sealed(KEYS.caseKey(), "statement"), false, "fingerprint"));

        assertThat(over).as("%s", over).anyMatch(RequestEvent.ClockRanOut.class::isInstance);
        assertThat(given).noneMatch(ClockResumed.class::isInstance);
    }

    @Test
    void a_clock_that_stands_still_does_not_run_out() {
        var life = new Life();
        var due = respond(only(RequestReceived.class, life.at(RECEIVED, receive("ciie", CIIE, "CN", Right.ACCESS))))
                .dueAt();

        assertThat(life.at(due.plusSeconds(1), new RunOut(ID, ClockKind.RESPOND, due)))
                .isEmpty();
    }

    @Test
    void nothing_stops_the_clocks_of_california() {
        var life = new Life();

        var received = life.at(RECEIVED, receive("smallrig", "smallrig@2021-06", "US-CA", Right.ACCESS));
        var proved = life.at("2026-03-09T02:00:00Z", proof("2026-03-09T02:00:00Z"));

        assertThat(received).hasSize(1);
        assertThat(proved).noneMatch(ClockResumed.class::isInstance);
    }

    @Test
    void a_clock_from_verification_begins_with_it() {
        var life = new Life();

        var received = only(RequestReceived.class, life.at(RECEIVED, receive("ciie", CIIE, "CN", Right.COMPLAINT)));
        assertThat(received.clocks()).extracting(Deadline::kind).containsExactly(ClockKind.IDENTITY);

        var proved = life.at("2026-03-09T02:00:00Z", proof("2026-03-09T02:00:00Z"));
        assertThat(day(only(ClockStarted.class, proved).clock().dueAt())).isEqualTo("2026-04-08");
        assertThat(only(ReviewAsked.class, proved).reason()).isEqualTo(ReviewReason.RIGHT_NOT_CARRIED_OUT);
    }

    @Test
    void somebody_is_warned_before_the_end_each_time_once() {
        var life = new Life();
        life.at(RECEIVED, receive("ciie", CIIE, "CN", Right.ACCESS));
        var clock = only(ClockResumed.class, life.at("2026-03-09T02:00:00Z", proof("2026-03-09T02:00:00Z")))
                .clock();
        assertThat(clock.warnings())
                .extracting(MovedClocksTest::day)
                .containsExactly(LocalDate.parse("2026-04-01"), LocalDate.parse("2026-04-06"));
        var first = clock.warnings().getFirst();
        var second = clock.warnings().getLast();

        var warned = only(ClockWarned.class, life.at(first, new Warn(ID, ClockKind.RESPOND, first)));
        assertThat(warned.next()).isEqualTo(second);
        assertThat(warned.dueAt()).isEqualTo(clock.dueAt());
        assertThat(life.at(first, new Warn(ID, ClockKind.RESPOND, first))).isEmpty();

        assertThat(only(ClockWarned.class, life.at(second, new Warn(ID, ClockKind.RESPOND, second)))
                        .next())
                .isNull();
        assertThat(life.at(second, new Warn(ID, ClockKind.RESPOND, second))).isEmpty();
    }

    @Test
    void a_written_statement_is_waited_for_from_asking_until_it_comes() {
        var life = new Life();
        life.at(RECEIVED, receive("ciie", CIIE, "CN", Right.ACCESS));

        var asked = life.at("2026-03-04T02:00:00Z", new AskStatement(ID));
        assertThat(day(only(StatementAsked.class, asked).clock().dueAt())).isEqualTo("2026-03-24");
        assertThat(asked).as("it stands still already").noneMatch(ClockStopped.class::isInstance);

        var proved = life.at("2026-03-09T02:00:00Z", proof("2026-03-09T02:00:00Z"));
        assertThat(proved).as("it still waits for the statement").hasSize(1);

        var given = life.at(
                "2026-03-12T02:00:00Z",
                new TakeStatement(ID, sealed(KEYS.caseKey(), "statement"), false, "fingerprint"));
        assertThat(day(only(ClockResumed.class, given).clock().dueAt()))
                .as("never later than thirty days after the proof")
                .isEqualTo("2026-04-08");
        assertThat(only(ReviewAsked.class, given).reason()).isEqualTo(ReviewReason.STATEMENT_TO_READ);
        var again = new TakeStatement(ID, sealed(KEYS.caseKey(), "sealed anew"), false, "fingerprint");
        assertThat(life.at("2026-03-12T02:00:01Z", again)).as("a repeat").isEmpty();
        var another = new TakeStatement(ID, sealed(KEYS.caseKey(), "other"), false, "another");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> life.at("2026-03-12T02:00:02Z", another))
                .isInstanceOf(NotNowException.class);
    }

    @Test
    void a_statement_that_does_not_come_lets_the_request_lapse() {
        var life = new Life();
        life.at(RECEIVED, receive("ciie", CIIE, "CN", Right.PORTABILITY));
        life.at("2026-03-03T02:00:00Z", proof("2026-03-03T02:00:00Z"));
        var due = only(StatementAsked.class, life.at("2026-03-04T02:00:00Z", new AskStatement(ID)))
                .clock()
                .dueAt();
        life.at("2026-03-04T02:00:05Z", new RecordLetter(ID, Letter.STATEMENT, "MAIL"));

        var over = life.at(due.plusSeconds(1), new RunOut(ID, ClockKind.STATEMENT, due));

        assertThat(only(RequestLapsed.class, over).rule()).isEqualTo(CIIE + "#CN.clocks.statement");
    }

    @Test
    void a_statement_that_nobody_was_reached_for_goes_to_a_person_who_may_ask_again() {
        var life = new Life();
        life.at(RECEIVED, receive("ciie", CIIE, "CN", Right.PORTABILITY));
        life.at("2026-03-03T02:00:00Z", proof("2026-03-03T02:00:00Z"));
        var due = only(StatementAsked.class, life.at("2026-03-04T02:00:00Z", new AskStatement(ID)))
                .clock()
                .dueAt();
        life.at("2026-03-04T02:00:05Z", new RecordUndeliverable(ID, Letter.STATEMENT, "MAIL", "address-refused"));

        var over = life.at(due.plusSeconds(1), new RunOut(ID, ClockKind.STATEMENT, due));

        assertThat(only(ReviewAsked.class, over).reason()).isEqualTo(ReviewReason.QUESTION_REACHED_NOBODY);
        assertThat(only(ReviewAsked.class, over).rule()).isEqualTo(CIIE + "#CN.clocks.statement");
        assertThat(over).hasAtLeastOneElementOfType(ClockResumed.class).noneMatch(RequestLapsed.class::isInstance);
        var again = life.at(due.plusSeconds(2), new AskStatement(ID));
        assertThat(only(StatementAsked.class, again).clock().dueAt()).isAfter(due);
    }

    @Test
    void a_statement_that_nobody_was_reached_for_before_the_proof_waits_for_the_proof_and_then_for_a_person() {
        var life = new Life();
        life.at(RECEIVED, receive("ciie", CIIE, "CN", Right.ACCESS));
        var due = only(StatementAsked.class, life.at("2026-03-02T02:00:10Z", new AskStatement(ID)))
                .clock()
                .dueAt();

        var over = life.at(due.plusSeconds(1), new RunOut(ID, ClockKind.STATEMENT, due));
        var proved = life.at(due.plusSeconds(60), proof(due.plusSeconds(60).toString()));

        assertThat(over).hasSize(1);
        assertThat(only(ReviewAsked.class, proved).reason()).isEqualTo(ReviewReason.QUESTION_REACHED_NOBODY);
    }

    @Test
    void a_policy_that_has_no_written_request_lets_none_be_asked_for() {
        var life = new Life();
        life.at(RECEIVED, receive("smallrig", "smallrig@2021-06", "US-CA", Right.PORTABILITY));

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> life.at(RECEIVED, new AskStatement(ID)))
                .hasMessageContaining("statement-not-in-the-profile");
    }

    @Test
    void an_end_in_a_year_without_days_is_provisional_and_counted_again_when_they_are_known(@TempDir Path folder)
            throws IOException {
        var known = Calendars.builtIn().calendar("CN").orElseThrow().lastKnownYear();
        var christmas = Instant.parse(known + "-12-25T02:00:00Z");
        var life = new Life();
        var received = only(
                RequestReceived.class,
                life.at(christmas, receive("cic", "cic@2023-01", "CN", Right.ACCESS, christmas)));
        var strict = respond(received);
        assertThat(strict.certainty()).isEqualTo(Certainty.PROVISIONAL);
        life.at(christmas, new Reckon(ID, ClockKind.RESPOND));
        assertThat(life.at(christmas, new Reckon(ID, ClockKind.RESPOND)))
                .as("nothing new is known")
                .isEmpty();

        Files.writeString(
                folder.resolve("CN.yaml"),
                "calendar: CN\ntimeZone: Asia/Shanghai\nyears:\n  " + known + ":\n    off: []\n  " + (known + 1)
                        + ":\n    off: [" + firstWeekdaysOf(known + 1) + "]\n");
        life.restart(new Policies(SamplePolicies.FOLDER, null, Calendars.withThoseIn(folder), _ -> {}));

        var again = only(ClockReckoned.class, life.at(christmas, new Reckon(ID, ClockKind.RESPOND)))
                .clock();
        assertThat(again.certainty()).isNull();
        assertThat(again.dueAt()).isAfter(strict.dueAt());
        assertThat(life.at(christmas, new Reckon(ID, ClockKind.RESPOND)))
                .as("it is sure now")
                .isEmpty();
    }

    /** Three days off that would be worked otherwise. */
    private static String firstWeekdaysOf(int year) {
        return LocalDate.of(year, 1, 4)
                .datesUntil(LocalDate.of(year, 1, 15))
                .filter(it -> it.getDayOfWeek().getValue() < 6)
                .limit(3)
                .map(it -> "\"" + it.toString().substring(5) + "\"")
                .collect(java.util.stream.Collectors.joining(", "));
    }
}
