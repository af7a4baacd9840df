// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import io.habeas.contracts.ProofLevel;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;

/** Decides one rule for one call. */
final class AccessDecision implements AuthorizationManager<RequestAuthorizationContext> {

    /** Denied with a problem that is more exact than "not allowed". */
    static final class Refused extends AccessDeniedException {

        private static final long serialVersionUID = 1L;

        private final Problem problem;

        Refused(Problem problem, String detail) {
            super(detail);
            this.problem = problem;
        }

        ProblemException asProblem() {
            return new ProblemException(problem, String.valueOf(getMessage()));
        }
    }

    private final AccessRules.Who who;

    AccessDecision(AccessRules.Who who) {
        this.who = who;
    }

    @Override
    public AuthorizationDecision authorize(
            Supplier<? extends @Nullable Authentication> authentication, RequestAuthorizationContext context) {
        var present = authentication.get();
        if (who instanceof AccessRules.Who.Anybody) {
            return new AuthorizationDecision(true);
        }
        if (present == null) {
            return new AuthorizationDecision(false);
        }
        var caller = Caller.of(present);
        if (caller.kind() == Caller.Kind.ANYBODY) {
            return new AuthorizationDecision(false);
        }
        return new AuthorizationDecision(
                switch (who) {
                    case AccessRules.Who.Anybody() -> true;
                    case AccessRules.Who.Services(Set<String> clients) ->
                        caller.kind() == Caller.Kind.SERVICE
                                && (clients.isEmpty() || clients.contains(caller.subject()));
                    case AccessRules.Who.Requester(ProofLevel level) ->
                        requester(caller, level, context.getVariables());
                    case AccessRules.Who.Staff(Set<String> roles) -> staff(caller, roles, context.getVariables());
                    case AccessRules.Who.RequesterOrStaff(ProofLevel level, Set<String> roles) ->
                        caller.kind() == Caller.Kind.REQUESTER
                                ? requester(caller, level, context.getVariables())
                                : staff(caller, roles, context.getVariables());
                });
    }

    private static boolean requester(Caller caller, ProofLevel level, Map<String, String> variables) {
        if (caller.kind() != Caller.Kind.REQUESTER) {
            return false;
        }
        var asked = variables.containsKey("id") ? variables.get("id") : variables.get("requestId");
        if (asked != null && !asked.equals(caller.ownRequest().toString())) {
            throw new Refused(Problem.NOT_FOUND, "no such request");
        }
        requireController(caller, variables);
        if (caller.proofLevel().compareTo(level) < 0) {
            throw new Refused(
                    Problem.PROOF_NEEDED,
                    "enter the code that was sent to you at POST /api/v1/requests/{id}/verification");
        }
        return true;
    }

    private static boolean staff(Caller caller, Set<String> roles, Map<String, String> variables) {
        if (caller.kind() == Caller.Kind.SERVICE) {
            return roles.contains(AccessRules.SERVICE);
        }
        if (caller.kind() != Caller.Kind.STAFF || caller.roles().stream().noneMatch(roles::contains)) {
            return false;
        }
        requireController(caller, variables);
        return true;
    }

    private static void requireController(Caller caller, Map<String, String> variables) {
        var controller = variables.get("c");
        if (controller != null && !caller.controllers().contains(controller)) {
            throw new Refused(Problem.NOT_FOUND, "no such controller");
        }
    }
}
