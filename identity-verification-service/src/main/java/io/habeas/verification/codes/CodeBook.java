// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.codes;

import io.habeas.sealeddata.Hmac;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Draws codes and recognises them. What is stored is an HMAC under a secret outside the database, bound to case and purpose: a
 * dump of the database tells no code, and a code of one case is of no use in another.
 */
public final class CodeBook {

    /** What a code is good for; a code for one is of no use for the other. */
    public enum Purpose {
        /** The first proof of identity. */
        IDENTITY,
        /** Proof once more, before something is handed out. */
        FRESH_PROOF
    }

    private static final String DOMAIN = "verification-code";
    private static final String REPEAT = "verification-repeat";
    private static final int DECOY_BYTES = 32;

    private final Hmac hmac;
    private final SecureRandom random;

    public CodeBook(Hmac hmac, SecureRandom random) {
        this.hmac = hmac;
        this.random = random;
    }

    public Code draw() {
        return Code.draw(random);
    }

    public String hash(UUID requestId, Purpose purpose, Code code) {
        return hmac.text(DOMAIN, requestId.toString(), purpose.name(), code.digits());
    }

    /** By which a call that is sent again is known; the key itself is not kept. */
    public String mark(UUID requestId, String idempotencyKey) {
        return hmac.text(REPEAT, requestId.toString(), idempotencyKey);
    }

    /** Looks like any other hash, and no code has it: 256 random bits go in where eight digits would. */
    public String decoy(UUID requestId, Purpose purpose) {
        var bytes = new byte[DECOY_BYTES];
        random.nextBytes(bytes);
        return hmac.text(
                DOMAIN, requestId.toString(), purpose.name(), HexFormat.of().formatHex(bytes));
    }

    /** In constant time; does the same work where there is nothing to compare with. */
    public boolean matches(@Nullable String hash, UUID requestId, Purpose purpose, Code code) {
        boolean equal =
                hmac.matches(hash == null ? "" : hash, DOMAIN, requestId.toString(), purpose.name(), code.digits());
        return hash != null && equal;
    }
}
