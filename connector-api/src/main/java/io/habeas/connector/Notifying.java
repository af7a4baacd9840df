// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A recipient of personal data who is told what to do with it. Nobody can look there afterwards: the best that can be known is
 * what the recipient signs.
 *
 * <p>All methods may be called at the same time from several threads. Every call ends before the deadline it is given, or
 * fails; deadlines are real time.
 */
public interface Notifying extends AutoCloseable {

    /**
     * Tells the recipient. A repeat carries the same id, so that the recipient acts once however often it is told.
     *
     * @throws ConnectorException if it is not known whether the recipient was told, or it cannot be
     */
    Answer tell(Notice notice) throws ConnectorException;

    /**
     * Asks how far the recipient is with a notice that it accepted.
     *
     * @throws ConnectorException if the recipient does not say
     */
    Answer ask(UUID notice, Instant deadline) throws ConnectorException;

    /**
     * Whether a message was signed by the recipient a moment ago.
     *
     * @param now real time
     */
    boolean isSigned(Message message, Instant now);

    @Override
    default void close() {}

    /**
     * What a recipient is told.
     *
     * @param id stable over every retry
     * @param right that the person used, such as {@code ERASURE}
     * @param identifiers of the person, and none that this recipient was never given
     * @param uses that the person has ended, as the policy calls them, such as {@code SALE}; empty where the right says it all
     * @param channels ways of contact that alone are meant; empty for all
     * @param answerTo where the recipient sends its answer
     * @param reminder how often it was reminded before; 0 for the first notice
     */
    record Notice(
            UUID id,
            String right,
            String controller,
            List<Identifier> identifiers,
            List<String> uses,
            List<String> channels,
            URI answerTo,
            int reminder,
            Instant deadline) {

        /** Of a right that says it all. */
        public Notice(
                UUID id,
                String right,
                String controller,
                List<Identifier> identifiers,
                URI answerTo,
                int reminder,
                Instant deadline) {
            this(id, right, controller, identifiers, List.of(), List.of(), answerTo, reminder, deadline);
        }

        @Override
        public String toString() {
            return "Notice[id=" + id + ", identifiers=" + identifiers.size() + "]";
        }
    }

    /** One identifier of the person. */
    record Identifier(String kind, String value) {
        @Override
        public String toString() {
            return "Identifier[" + kind + "]";
        }
    }

    /** A message as it came in, with what it claims about itself. */
    record Message(
            @Nullable String id,
            @Nullable String timestamp,
            @Nullable String signature,
            byte[] body) {
        @Override
        public String toString() {
            return "Message[" + body.length + " bytes]";
        }
    }

    /** What a recipient says. */
    sealed interface Answer {

        /** It was done, and the recipient signed for it. */
        record Done() implements Answer {}

        /** The recipient knows of it, and has not signed that it is done. */
        record Accepted() implements Answer {}

        /** The recipient will not do it, and signed that. */
        record Refused() implements Answer {}

        /** Not now. @param after how long to wait, where the recipient says; nothing was done */
        record Later(@Nullable Duration after) implements Answer {}

        /** The recipient cannot be asked, and answers by itself. */
        record CannotBeAsked() implements Answer {}
    }
}
