// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.register;

import static io.habeas.request.lifecycle.Samples.CONFIRM_BY;
import static io.habeas.request.lifecycle.Samples.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.habeas.contracts.NotificationAnnouncement.Letter;
import io.habeas.journal.FeedPosition;
import io.habeas.journal.NewEvent;
import io.habeas.journal.StoredEvent;
import io.habeas.request.lifecycle.RequestEvent;
import io.habeas.request.lifecycle.RequestEvent.ClockRanOut;
import io.habeas.request.lifecycle.RequestEvent.LetterSent;
import io.habeas.request.lifecycle.RequestEvent.LetterUndeliverable;
import io.habeas.request.lifecycle.RequestEvent.ReviewAsked;
import io.habeas.request.lifecycle.ReviewReason;
import io.habeas.request.lifecycle.SampleEvents;
import io.habeas.request.lifecycle.Samples;
import io.habeas.request.lifecycle.StoredEvents;
import io.habeas.request.policy.ClockKind;
import io.habeas.request.policy.Policies;
import io.habeas.request.policy.SamplePolicies;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/** What the status says of a question whose letter did not arrive. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class UnreachedStatusTest {

    private static final Policies POLICIES = SamplePolicies.load();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A question, and the letter that asks it. */
    private enum Question {
        CONFIRMATION(RequestEvent.ConfirmationAsked.class, Letter.CONFIRM_ERASURE, ClockKind.CONFIRMATION),
        STATEMENT(RequestEvent.StatementAsked.class, Letter.STATEMENT, ClockKind.STATEMENT),
        DETAILS(RequestEvent.DetailsAsked.class, Letter.DETAILS_ASKED, ClockKind.DETAILS),
        FEE(RequestEvent.FeeQuoted.class, Letter.FEE, ClockKind.FEE);

        private final RequestEvent asked;
        private final LetterUndeliverable lost;
        private final LetterSent sent;
        private final ClockRanOut over;

        Question(Class<? extends RequestEvent> asked, Letter letter, ClockKind clock) {
            this.asked = sample(asked);
            this.lost = new LetterUndeliverable(ID, letter, "MAIL", "address-refused");
            this.sent = new LetterSent(ID, letter, "MAIL");
            this.over = new ClockRanOut(ID, clock, CONFIRM_BY, "rule");
        }
    }

    private static RequestEvent sample(Class<? extends RequestEvent> type) {
        return SampleEvents.all().filter(type::isInstance).findFirst().orElseThrow();
    }

    private static RequestFile file(RequestEvent... later) {
        var events = new RequestEvent[later.length + 2];
        events[0] = sample(RequestEvent.RequestReceived.class);
        events[1] = sample(RequestEvent.IdentityProved.class);
        System.arraycopy(later, 0, events, 2, later.length);
        return RequestFile.of(
                Arrays.stream(events).map(UnreachedStatusTest::stored).toList(), new StoredEvents());
    }

    private static StoredEvent stored(RequestEvent event) {
        return new StoredEvent(
                FeedPosition.START,
                new NewEvent(
                        ID,
                        0,
                        new UUID(0, 1),
                        StoredEvents.nameOf(event.getClass()),
                        StoredEvents.wireNames().nameOf(event.getClass()).revision(),
                        Samples.RECEIVED_AT,
                        null,
                        0,
                        "smallrig",
                        "requester",
                        null,
                        JSON.writeValueAsBytes(event),
                        "{}".getBytes(StandardCharsets.UTF_8)));
    }

    private static RequestStatus status(RequestEvent... later) {
        var file = file(later);
        var terms = POLICIES.terms(file.controller(), file.profile(), file.jurisdiction(), file.right());
        return RequestStatus.of(file, terms, Samples.ENDED_AT, true);
    }

    @ParameterizedTest
    @EnumSource(Question.class)
    void an_operator_is_waited_for_while_the_letter_that_asks_is_undeliverable(Question it) {
        assertThat(status(it.asked).waitsFor()).isEqualTo(RequestStatus.WaitsFor.PERSON);
        assertThat(status(it.asked, it.lost).waitsFor()).isEqualTo(RequestStatus.WaitsFor.OPERATOR);
        assertThat(status(it.asked, it.lost, it.sent).waitsFor()).isEqualTo(RequestStatus.WaitsFor.PERSON);
    }

    @ParameterizedTest
    @EnumSource(Question.class)
    void the_letter_of_a_question_says_nothing_of_the_next(Question it) {
        assertThat(status(it.asked, it.lost, it.asked).waitsFor()).isEqualTo(RequestStatus.WaitsFor.PERSON);
    }

    @ParameterizedTest
    @EnumSource(Question.class)
    void whoever_looks_sees_that_nobody_was_reached_until_it_is_asked_anew(Question it) {
        var before = (ReviewAsked) sample(ReviewAsked.class);
        var unreached = new ReviewAsked(
                ID,
                before.reference(),
                before.right(),
                before.language(),
                ReviewReason.QUESTION_REACHED_NOBODY,
                "rule");

        var looked = file(before, it.asked, it.lost, it.over, unreached);
        var again = file(before, it.asked, it.lost, it.over, unreached, it.asked);

        assertThat(looked.review()).isEqualTo(unreached);
        assertThat(looked.fee()).isNull();
        assertThat(looked.isStatementOwed()).isFalse();
        assertThat(again.review()).isEqualTo(before);
    }
}
