// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import io.habeas.connector.Notifying;
import io.habeas.connector.Notifying.Answer;
import io.habeas.connector.Notifying.Identifier;
import io.habeas.connector.Notifying.Message;
import io.habeas.connector.Notifying.Notice;
import io.habeas.connector.testkit.RecipientUnderTest.Behavior;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link Notifying} connector promises. Extend it once per connector; it never skips. */
public abstract class NotifyingConformance {

    private static final InstantSource REAL = InstantSource.system();
    private static final String ADDRESS = "ada.lane@example.org";
    private static final Duration AMPLE = Duration.ofSeconds(30);

    private final UUID notice = UUID.randomUUID();

    /** The same one for all tests of a class. */
    protected abstract RecipientUnderTest recipient();

    private Notice notice(int reminder, Duration within) {
        return new Notice(
                notice,
                "ERASURE",
                "acme",
                List.of(new Identifier("EMAIL", ADDRESS), new Identifier("CUSTOMER_ID", "4711")),
                URI.create("https://habeas.example/api/v1/recipients/" + notice + "/answers"),
                reminder,
                REAL.instant().plus(within));
    }

    private Answer tell() throws ConnectorException {
        return recipient().connector().tell(notice(0, AMPLE));
    }

    private Answer ask() throws ConnectorException {
        return recipient().connector().ask(notice, REAL.instant().plus(AMPLE));
    }

    @Test
    void says_what_is_to_be_done_about_whom_and_where_to_answer() throws ConnectorException {
        recipient().behave(Behavior.TAKEN);

        recipient().connector().tell(notice(2, AMPLE));

        assertThat(recipient().received()).singleElement().satisfies(told -> assertThat(told.body())
                .contains(notice.toString(), "ERASURE", "acme", ADDRESS, "4711", "habeas.example/api/v1/recipients/"));
    }

    @Test
    void a_repeat_and_a_reminder_carry_the_same_id() throws ConnectorException {
        recipient().behave(Behavior.TAKEN);

        tell();
        tell();
        recipient().connector().tell(notice(1, AMPLE));

        assertThat(recipient().received())
                .extracting(RecipientUnderTest.Received::id)
                .hasSize(3)
                .containsOnly(notice.toString());
    }

    @Test
    void what_the_recipient_signs_is_its_word() throws ConnectorException {
        recipient().behave(Behavior.DONE);
        assertThat(tell()).isInstanceOf(Answer.Done.class);
        assertThat(ask()).isInstanceOf(Answer.Done.class);

        recipient().behave(Behavior.REFUSED);
        assertThat(tell()).isInstanceOf(Answer.Refused.class);
        assertThat(ask()).isInstanceOf(Answer.Refused.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Behavior.class,
            names = {"TAKEN", "DONE_UNSIGNED", "DONE_FORGED", "DONE_LONG_AGO", "DONE_WITH_ANOTHER", "GARBAGE"})
    void whatever_else_it_answers_shows_only_that_it_was_told(Behavior behavior) throws ConnectorException {
        recipient().behave(behavior);

        assertThat(tell()).isInstanceOf(Answer.Accepted.class);
        assertThat(ask()).isInstanceOfAny(Answer.Accepted.class, Answer.CannotBeAsked.class);
    }

    @Test
    void a_recipient_that_has_no_time_is_told_later() throws ConnectorException {
        recipient().behave(Behavior.BUSY);

        assertThat(tell()).isInstanceOf(Answer.Later.class);
    }

    @Test
    void a_recipient_that_fails_is_tried_again_and_the_failure_is_silent_about_the_person() {
        recipient().behave(Behavior.BROKEN);

        requireTryAgain(this::tell);
    }

    @Test
    void a_recipient_that_is_away_is_tried_again() {
        try (var away = recipient().connectorAt("127.0.0.1", DeafServer.deadPort())) {
            requireTryAgain(() -> away.tell(notice(0, AMPLE)));
            requireTryAgain(() -> away.ask(notice, REAL.instant().plus(AMPLE)));
        }
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void a_call_ends_by_its_deadline_when_the_recipient_never_says_a_word() {
        try (var deaf = new DeafServer();
                var connector = recipient().connectorAt("127.0.0.1", deaf.port())) {
            requireTryAgain(() -> connector.tell(notice(0, Duration.ofSeconds(2))));
            requireTryAgain(() -> connector.ask(notice, REAL.instant().plusSeconds(2)));
        }
    }

    private void requireTryAgain(Callable<Answer> call) {
        assertThatThrownBy(call::call)
                .isInstanceOfSatisfying(ConnectorException.class, failure -> assertThat(failure.category())
                        .isEqualTo(Category.TRY_AGAIN))
                .hasMessageNotContaining(ADDRESS)
                .hasMessageNotContaining(recipient().secret());
    }

    @Test
    void an_answer_that_comes_by_itself_counts_if_the_recipient_signed_it_a_moment_ago() {
        var now = REAL.instant();
        var connector = recipient().connector();
        var answer = recipient().answer(notice, now);

        assertThat(connector.isSigned(answer, now)).isTrue();
        assertThat(connector.isSigned(answer, now.plusSeconds(3600)))
                .as("an hour later")
                .isFalse();
        assertThat(connector.isSigned(answer, now.minusSeconds(3600)))
                .as("an hour before")
                .isFalse();
        assertThat(connector.isSigned(recipient().forgedAnswer(notice, now), now))
                .as("forged")
                .isFalse();
        assertThat(connector.isSigned(recipient().answer(notice, now.minusSeconds(3600)), now))
                .as("old")
                .isFalse();
    }

    @Test
    void no_part_of_a_signed_answer_can_be_changed_or_left_out() {
        var now = REAL.instant();
        var connector = recipient().connector();
        var answer = recipient().answer(notice, now);
        var body = answer.body().clone();
        body[body.length / 2] ^= 1;

        for (var changed : List.of(
                new Message(answer.id(), answer.timestamp(), answer.signature(), body),
                new Message(answer.id() + "x", answer.timestamp(), answer.signature(), answer.body()),
                new Message(null, answer.timestamp(), answer.signature(), answer.body()),
                new Message(answer.id(), null, answer.signature(), answer.body()),
                new Message(answer.id(), Long.toString(now.getEpochSecond() + 1), answer.signature(), answer.body()),
                new Message(answer.id(), answer.timestamp(), null, answer.body()),
                new Message(answer.id(), answer.timestamp(), "", answer.body()),
                new Message(answer.id(), answer.timestamp(), answer.signature(), new byte[0]))) {
            assertThat(connector.isSigned(changed, now)).isFalse();
        }
    }

    @Test
    void works_for_several_at_the_same_time() throws Exception {
        recipient().behave(Behavior.DONE);
        var calls = new ArrayList<Callable<Answer>>();
        for (int i = 0; i < 16; i++) {
            calls.add(this::tell);
        }

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var answer : threads.invokeAll(calls)) {
                assertThat(answer.get()).isInstanceOf(Answer.Done.class);
            }
        }
    }

    @Test
    void shows_neither_the_secret_nor_the_person() {
        assertThat(recipient().connector().toString())
                .doesNotContain(recipient().secret());
        assertThat(notice(0, AMPLE).toString()).doesNotContain(ADDRESS, "4711");
    }
}
