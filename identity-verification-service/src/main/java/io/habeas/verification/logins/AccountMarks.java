// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.logins;

import io.habeas.contracts.Identifier;
import io.habeas.sealeddata.Hmac;
import java.util.UUID;

/** By what a case knows again who logged in for it: an HMAC under the secret of the codes, bound to the request, so that it ties no two together. */
public final class AccountMarks {

    private static final String DOMAIN = "verification-account";

    private final Hmac hmac;

    public AccountMarks(Hmac hmac) {
        this.hmac = hmac;
    }

    public String of(UUID requestId, Identifier account) {
        return hmac.text(DOMAIN, requestId.toString(), account.kind().name(), account.value());
    }

    public boolean matches(String mark, UUID requestId, Identifier account) {
        return hmac.matches(mark, DOMAIN, requestId.toString(), account.kind().name(), account.value());
    }
}
