// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.AlreadyCausedException;
import io.habeas.journal.FeedOrderException;
import io.habeas.journal.StreamConflictException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Tells failures apart. Texts of exceptions are never passed on: a receiver's may quote what it was given. */
final class Failures {

    private static final int DEEPEST = 20;
    private static final int SECONDS = 2;

    private Failures() {}

    /** The journal asks for the whole transaction to be repeated. */
    static boolean asksForRepeat(Throwable failure) {
        return has(failure, FeedOrderException.class) || has(failure, StreamConflictException.class);
    }

    static boolean saysDoneBefore(Throwable failure) {
        return has(failure, AlreadyCausedException.class);
    }

    /** Nothing can be parked, and nothing is the message's fault, while this service's own database is away. */
    static boolean isDatabaseAway(DataSource own) {
        try (Connection connection = own.getConnection()) {
            return !connection.isValid(SECONDS);
        } catch (SQLException away) {
            return true;
        }
    }

    /** Classes from the outside in, and the place in our code: enough to find it, and nothing of the data. */
    static String describe(Throwable failure) {
        var text = new StringBuilder();
        Throwable current = failure;
        for (int i = 0; current != null && i < DEEPEST; i++, current = current.getCause()) {
            text.append(i == 0 ? "" : " < ").append(current.getClass().getName());
            var place = ours(current);
            if (place != null) {
                text.append(" at ").append(place.getFileName()).append(':').append(place.getLineNumber());
            }
        }
        return text.toString();
    }

    private static @Nullable StackTraceElement ours(Throwable failure) {
        for (var frame : failure.getStackTrace()) {
            if (frame.getClassName().startsWith("io.habeas.")) {
                return frame;
            }
        }
        return null;
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        Throwable current = failure;
        for (int i = 0; current != null && i < DEEPEST; i++, current = current.getCause()) {
            if (type.isInstance(current)) {
                return true;
            }
        }
        return false;
    }
}
