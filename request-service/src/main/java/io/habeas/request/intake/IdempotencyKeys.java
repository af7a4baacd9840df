// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.intake;

import io.habeas.request.lifecycle.DerivedIds;
import io.habeas.sealeddata.Hmac;
import io.habeas.service.Problem;
import io.habeas.service.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What follows from the {@code Idempotency-Key} of a caller: the id of the request, its reference, the cause of a later step. The
 * key itself is not kept, and nobody without the secret can tell which key led to an id.
 */
public final class IdempotencyKeys {

    public static final String HEADER = "Idempotency-Key";

    private static final int LEAST = 16;
    private static final int MOST = 200;

    /** The id and the reference of a new request. */
    record Receipt(UUID requestId, String reference) {}

    private final Hmac secret;

    IdempotencyKeys(Hmac secret) {
        this.secret = secret;
    }

    /**
     * The key as it counts: without the quotes that some clients put around it.
     *
     * @throws ProblemException if there is none, or it is too short to be unique or too long
     */
    public static String checked(@Nullable String header) {
        if (header == null || header.isBlank()) {
            throw new ProblemException(
                    Problem.IDEMPOTENCY_KEY_MISSING, "send the header Idempotency-Key, such as a fresh UUID");
        }
        var key = unquoted(header.strip());
        if (key.length() < LEAST || key.length() > MOST || !key.chars().allMatch(it -> it > ' ' && it < 0x7f)) {
            throw new ProblemException(
                    Problem.IDEMPOTENCY_KEY_MISSING,
                    "Idempotency-Key must have " + LEAST + " to " + MOST + " visible ASCII characters");
        }
        return key;
    }

    private static String unquoted(String text) {
        boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    /** The same for the same key of the same controller. */
    Receipt receipt(String controller, String key) {
        var digest = secret.digest("request-id", bytes(controller), bytes(key));
        return new Receipt(DerivedIds.ofDigest(digest), Reference.of(digest));
    }

    /** The cause of a step of a request, the same at every repeat. */
    public UUID cause(UUID requestId, String step, String key) {
        return DerivedIds.ofDigest(secret.digest("cause", bytes(requestId.toString()), bytes(step), bytes(key)));
    }

    /** What follows from the key of a call that is no request, the same at every repeat. */
    public UUID idOf(String purpose, String controller, String key) {
        return DerivedIds.ofDigest(secret.digest(purpose, bytes(controller), bytes(key)));
    }

    /** As of a submission, of the parts of another body. */
    public String fingerprint(String purpose, String... parts) {
        return secret.text(purpose, parts);
    }

    /** Tells one body from another without being of use to anybody who has only the event. */
    String fingerprint(Submission submission) {
        return secret.text("fingerprint", submission.parts());
    }

    /** The same for a written statement. */
    String fingerprint(String statement, boolean signed) {
        return secret.text("statement", statement, Boolean.toString(signed));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
