// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.desk;

import io.habeas.request.lifecycle.State;
import io.habeas.request.policy.language.Decider;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which part of the queue is asked for.
 *
 * @param controllers those of the caller's token, or the one of them that was named
 * @param after the last row of the page before
 */
record QueueFilter(
        Set<String> controllers,
        @Nullable State state,
        @Nullable Decider role,
        @Nullable Instant dueBefore,
        @Nullable Cursor after,
        int limit) {

    private static final int USUAL = 50;
    private static final int MOST = 200;
    private static final int CURSOR_BYTES = 2 * Long.BYTES + Long.BYTES + Integer.BYTES;

    /** Where a page ended: the queue is in the order of what is due, then of ids. */
    record Cursor(Instant dueAt, UUID requestId) {

        String text() {
            var bytes = ByteBuffer.allocate(CURSOR_BYTES)
                    .putLong(dueAt.getEpochSecond())
                    .putInt(dueAt.getNano())
                    .putLong(requestId.getMostSignificantBits())
                    .putLong(requestId.getLeastSignificantBits());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
        }

        static Cursor of(String text) {
            try {
                var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
                if (bytes.remaining() == CURSOR_BYTES) {
                    return new Cursor(
                            Instant.ofEpochSecond(bytes.getLong(), bytes.getInt()),
                            new UUID(bytes.getLong(), bytes.getLong()));
                }
            } catch (IllegalArgumentException | DateTimeException _) {
                // said below
            }
            throw wrong("after", "the cursor 'next' of the page before, as it came");
        }
    }

    static QueueFilter of(
            Set<String> controllers,
            @Nullable String state,
            @Nullable String role,
            @Nullable String dueBefore,
            @Nullable String after,
            @Nullable Integer limit) {
        if (limit != null && (limit < 1 || limit > MOST)) {
            throw wrong("limit", "1 to " + MOST);
        }
        return new QueueFilter(
                controllers,
                Optional.ofNullable(state)
                        .map(it -> oneOf("state", it, State.values()))
                        .orElse(null),
                Optional.ofNullable(role)
                        .map(it -> oneOf("role", it, Decider.values()))
                        .orElse(null),
                Optional.ofNullable(dueBefore).map(QueueFilter::moment).orElse(null),
                Optional.ofNullable(after).map(Cursor::of).orElse(null),
                limit == null ? USUAL : limit);
    }

    private static <E extends Enum<E>> E oneOf(String parameter, String text, E[] values) {
        return Arrays.stream(values)
                .filter(it -> it.name().equals(text))
                .findFirst()
                .orElseThrow(() -> wrong(
                        parameter,
                        "one of " + Arrays.stream(values).map(Enum::name).collect(Collectors.joining(", "))));
    }

    private static Instant moment(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException _) {
            throw wrong("dueBefore", "a moment such as 2026-12-01T00:00:00Z");
        }
    }

    private static ProblemException wrong(String parameter, String cure) {
        return new ProblemException(Problem.PARAMETER_NOT_ACCEPTED, parameter + ": " + cure);
    }
}
