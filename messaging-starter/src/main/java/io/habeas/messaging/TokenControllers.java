// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.util.Set;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;

/** The claim {@code controllers} of the checked token; nothing for a caller without one. */
final class TokenControllers implements VisibleControllers {

    @Override
    public Set<String> ofCaller() {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication == null || !(authentication.getPrincipal() instanceof Jwt token)) {
            return Set.of();
        }
        var controllers = token.getClaimAsStringList("controllers");
        return controllers == null ? Set.of() : Set.copyOf(controllers);
    }
}
