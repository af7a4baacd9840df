// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import io.habeas.connector.Notifying;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** The suite for those who tell recipients under test: an honest one passes, and each that is wrong in one way is noticed. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class NotifyingNoticesLiesTest {

    private static final InstantSource REAL = InstantSource.system();
    private static final String SECRET = "shared-secret-of-the-suite";

    /** One way to be wrong, and the promise that notices it. */
    enum Wrong {
        BELIEVES_WHAT_NOBODY_SIGNED("whatever_else_it_answers_shows_only_that_it_was_told"),
        BELIEVES_OLD_ANSWERS("an_answer_that_comes_by_itself_counts_if_the_recipient_signed_it_a_moment_ago"),
        LOOKS_AT_NO_BODY("no_part_of_a_signed_answer_can_be_changed_or_left_out"),
        NEW_ID_EACH_TIME("a_repeat_and_a_reminder_carry_the_same_id"),
        QUOTES_THE_PERSON("a_recipient_that_fails_is_tried_again_and_the_failure_is_silent_about_the_person"),
        GIVES_UP_FOR_GOOD("a_recipient_that_is_away_is_tried_again"),
        NEVER_REFUSED("what_the_recipient_signs_is_its_word"),
        INSISTS("a_recipient_that_has_no_time_is_told_later"),
        TELLS_NO_REASON("says_what_is_to_be_done_about_whom_and_where_to_answer"),
        SHOWS_THE_SECRET("shows_neither_the_secret_nor_the_person");

        private final String noticedBy;

        Wrong(String noticedBy) {
            this.noticedBy = noticedBy;
        }
    }

    private static volatile @Nullable Wrong told;

    @Test
    void an_honest_connector_passes_and_nothing_is_skipped() {
        told = null;

        Events tests = run();

        tests.assertStatistics(counted -> counted.failed(0).aborted(0).skipped(0));
        assertThat(tests.succeeded().count()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void one_that_is_wrong_is_noticed(Wrong wrong) {
        told = wrong;

        Events tests = run();

        assertThat(tests.finished()
                        .filter(event -> event.getRequiredPayload(TestExecutionResult.class)
                                        .getStatus()
                                == TestExecutionResult.Status.FAILED)
                        .map(event -> event.getTestDescriptor().getUniqueId().toString()))
                .as("seen broken: " + wrong.noticedBy)
                .anyMatch(id -> id.contains(wrong.noticedBy));
    }

    private static Events run() {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(Suite.class))
                .execute()
                .testEvents();
    }

    static class Suite extends NotifyingConformance {

        private static final InMemory RECIPIENT = new InMemory();

        @Override
        protected RecipientUnderTest recipient() {
            return RECIPIENT;
        }
    }

    private static Notifying.Message message(String secret, UUID notice, String said, Instant at) {
        var id = "answer-" + notice;
        var timestamp = Long.toString(at.getEpochSecond());
        var body = (notice + " " + said).getBytes(StandardCharsets.UTF_8);
        return new Notifying.Message(id, timestamp, mac(secret, id, timestamp, body), body);
    }

    private static String mac(String secret, String id, String timestamp, byte[] body) {
        return Integer.toHexString(Arrays.hashCode(
                (secret + id + timestamp + new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8)));
    }

    private static final class InMemory implements RecipientUnderTest {

        private final List<Received> received = new CopyOnWriteArrayList<>();
        private volatile Behavior behavior = Behavior.TAKEN;

        @Override
        public Notifying connector() {
            return new Connector(this, null);
        }

        @Override
        public Notifying connectorAt(String host, int port) {
            return new Connector(this, new InetSocketAddress(host, port));
        }

        @Override
        public void behave(Behavior next) {
            behavior = next;
            received.clear();
        }

        @Override
        public List<Received> received() {
            return List.copyOf(received);
        }

        @Override
        public Notifying.Message answer(UUID notice, Instant at) {
            return message(SECRET, notice, "done", at);
        }

        @Override
        public Notifying.Message forgedAnswer(UUID notice, Instant at) {
            return message("another", notice, "done", at);
        }

        @Override
        public String secret() {
            return SECRET;
        }

        /** @return nothing where it signs nothing */
        Notifying.@Nullable Message hear(UUID notice) {
            var now = REAL.instant();
            return switch (behavior) {
                case DONE -> message(SECRET, notice, "done", now);
                case REFUSED -> message(SECRET, notice, "refused", now);
                case DONE_FORGED -> message("another", notice, "done", now);
                case DONE_LONG_AGO -> message(SECRET, notice, "done", now.minusSeconds(3600));
                case DONE_WITH_ANOTHER -> message(SECRET, UUID.randomUUID(), "done", now);
                case GARBAGE -> message(SECRET, notice, "<html>", now);
                case DONE_UNSIGNED ->
                    new Notifying.Message(null, null, null, (notice + " done").getBytes(StandardCharsets.UTF_8));
                case TAKEN, BUSY, BROKEN -> null;
            };
        }
    }

    private record Connector(InMemory recipient, @Nullable InetSocketAddress elsewhere) implements Notifying {

        @Override
        public Answer tell(Notice notice) throws ConnectorException {
            reach(notice.deadline());
            var id = told == Wrong.NEW_ID_EACH_TIME ? UUID.randomUUID() : notice.id();
            var body = notice.id()
                    + (told == Wrong.TELLS_NO_REASON ? "" : notice.right())
                    + notice.controller()
                    + notice.answerTo();
            for (var identifier : notice.identifiers()) {
                body += identifier.kind() + identifier.value();
            }
            recipient.received.add(new RecipientUnderTest.Received(id.toString(), body));
            if (recipient.behavior == RecipientUnderTest.Behavior.BROKEN) {
                throw new ConnectorException(
                        Category.TRY_AGAIN,
                        "failed"
                                + (told == Wrong.QUOTES_THE_PERSON
                                        ? notice.identifiers().getFirst().value()
                                        : ""));
            }
            if (recipient.behavior == RecipientUnderTest.Behavior.BUSY) {
                return told == Wrong.INSISTS ? new Answer.Accepted() : new Answer.Later(Duration.ofSeconds(1));
            }
            return said(notice.id());
        }

        @Override
        public Answer ask(UUID notice, Instant deadline) throws ConnectorException {
            reach(deadline);
            return said(notice);
        }

        private Answer said(UUID notice) {
            var answer = recipient.hear(notice);
            if (answer == null || told != Wrong.BELIEVES_WHAT_NOBODY_SIGNED && !isSigned(answer, REAL.instant())) {
                return new Answer.Accepted();
            }
            var text = new String(answer.body(), StandardCharsets.UTF_8);
            if (text.equals(notice + " done")) {
                return new Answer.Done();
            }
            boolean refused = text.equals(notice + " refused") && told != Wrong.NEVER_REFUSED;
            return refused ? new Answer.Refused() : new Answer.Accepted();
        }

        private void reach(Instant deadline) throws ConnectorException {
            if (elsewhere == null) {
                return;
            }
            var category = told == Wrong.GIVES_UP_FOR_GOOD ? Category.FIX_CONFIGURATION : Category.TRY_AGAIN;
            try (var socket = new Socket()) {
                int left = (int)
                        Math.max(1, Duration.between(REAL.instant(), deadline).toMillis());
                socket.connect(elsewhere, left);
                socket.setSoTimeout(left);
                socket.getInputStream().read();
            } catch (IOException silent) {
                throw new ConnectorException(category, "nobody answers");
            }
            throw new ConnectorException(category, "nobody answers");
        }

        @Override
        public boolean isSigned(Message message, Instant now) {
            var id = message.id();
            var timestamp = message.timestamp();
            if (id == null || timestamp == null) {
                return false;
            }
            var at = Instant.ofEpochSecond(Long.parseLong(timestamp));
            if (told != Wrong.BELIEVES_OLD_ANSWERS
                    && Duration.between(at, now).abs().compareTo(Duration.ofMinutes(5)) > 0) {
                return false;
            }
            if (told == Wrong.LOOKS_AT_NO_BODY && message.signature() != null) {
                return true;
            }
            return mac(SECRET, id, timestamp, message.body()).equals(message.signature());
        }

        @Override
        public String toString() {
            return told == Wrong.SHOWS_THE_SECRET ? SECRET : "Connector[]";
        }
    }
}
