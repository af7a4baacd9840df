// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import io.habeas.contracts.ProofLevel;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * Who is calling, as the checked token says.
 *
 * @param subject of the token: an opaque id
 * @param roles of staff: {@code clerk}, {@code reviewer}, {@code integrator}, {@code approver}, {@code operator}, {@code auditor}
 * @param controllers whose matters the caller may touch
 * @param requestId of a requester
 * @param proofLevel of a requester; NONE for everybody else
 * @param provedAt when a requester proved identity, in legal time
 */
public record Caller(
        Kind kind,
        String subject,
        Set<String> roles,
        Set<String> controllers,
        @Nullable UUID requestId,
        ProofLevel proofLevel,
        @Nullable Instant provedAt) {

    /** What sort of caller it is. */
    public enum Kind {
        ANYBODY,
        REQUESTER,
        STAFF,
        SERVICE
    }

    private static final Caller NOBODY =
            new Caller(Kind.ANYBODY, "anybody", Set.of(), Set.of(), null, ProofLevel.NONE, null);

    public Caller {
        roles = Set.copyOf(roles);
        controllers = Set.copyOf(controllers);
    }

    /** The caller of the current request; of kind ANYBODY where there is no token. */
    public static Caller current() {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication == null ? NOBODY : of(authentication);
    }

    static Caller of(Authentication authentication) {
        if (!(authentication.getPrincipal() instanceof Jwt token)) {
            return NOBODY;
        }
        return of(token);
    }

    static Caller of(Jwt token) {
        var subject = token.getSubject() == null ? "" : token.getSubject();
        var issuer = token.getClaimAsString("iss");
        if (RequesterTokens.ISSUER.equals(issuer)) {
            return requester(token, subject, levelOf(token), token.getClaimAsInstant("proof_at"));
        }
        if (RequesterTokens.UNPROVED_ISSUER.equals(issuer)) {
            // whatever else it says: its secret is in more hands than the key of the other
            return requester(token, subject, ProofLevel.NONE, null);
        }
        var roles = setOf(token, "roles");
        return new Caller(kindOf(token), subject, roles, setOf(token, "controllers"), null, ProofLevel.NONE, null);
    }

    private static Caller requester(Jwt token, String request, ProofLevel level, @Nullable Instant provedAt) {
        return new Caller(
                Kind.REQUESTER,
                request,
                Set.of(),
                setOf(token, "controllers"),
                UUID.fromString(request),
                level,
                provedAt);
    }

    /** Of a token that an OIDC issuer made. */
    static Kind kindOf(Jwt token) {
        return setOf(token, "roles").contains("service") ? Kind.SERVICE : Kind.STAFF;
    }

    private static ProofLevel levelOf(Jwt token) {
        var level = token.getClaimAsString("proof_level");
        return level == null ? ProofLevel.NONE : ProofLevel.valueOf(level);
    }

    private static Set<String> setOf(Jwt token, String claim) {
        List<String> values = token.getClaimAsStringList(claim);
        return values == null ? Set.of() : Set.copyOf(values);
    }

    /** The request of a requester. @throws IllegalStateException for any other caller */
    public UUID ownRequest() {
        if (requestId == null) {
            throw new IllegalStateException("the caller is no requester");
        }
        return requestId;
    }

    /** Opaque, for the {@code actor} of an event. */
    public String actor() {
        return switch (kind) {
            case ANYBODY, REQUESTER -> "requester";
            case STAFF -> "staff:" + subject;
            case SERVICE -> "service:" + subject;
        };
    }
}
