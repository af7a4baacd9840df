// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.logins;

import io.habeas.contracts.Identifier;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who logged in a moment ago, for one request. Lives in memory alone; prints nothing.
 *
 * @param account by what the controller knows them
 * @param verifiedEmail an address that the account system has verified
 * @param age how long ago they logged in
 */
public record Login(Identifier account, @Nullable String verifiedEmail, Duration age) {

    @Override
    public String toString() {
        return "Login[]";
    }
}
