// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import io.habeas.contracts.ProofLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpMethod;

/**
 * Who may call what in one service; what is not listed is refused. A path variable {@code id} or {@code requestId} must be the
 * requester's own request, a path variable {@code c} one of the caller's controllers: else the answer is 404, as for nothing.
 */
public final class AccessRules {

    /** Among the roles of staff: services may too. */
    public static final String SERVICE = "service";

    /** Who may. */
    public sealed interface Who {

        record Anybody() implements Who {}

        record Requester(ProofLevel atLeast) implements Who {}

        record Staff(Set<String> roles) implements Who {}

        record RequesterOrStaff(ProofLevel atLeast, Set<String> roles) implements Who {}

        /** @param clients their client ids; empty for every service */
        record Services(Set<String> clients) implements Who {}
    }

    /** One line of the table. */
    public record Rule(HttpMethod method, String path, Who who) {}

    private final List<Rule> rules = new ArrayList<>();

    public List<Rule> rules() {
        return List.copyOf(rules);
    }

    public AccessRules anybody(HttpMethod method, String path) {
        return add(method, path, new Who.Anybody());
    }

    public AccessRules requester(HttpMethod method, String path, ProofLevel atLeast) {
        return add(method, path, new Who.Requester(atLeast));
    }

    public AccessRules staff(HttpMethod method, String path, String... roles) {
        return add(method, path, new Who.Staff(Set.of(roles)));
    }

    public AccessRules requesterOrStaff(HttpMethod method, String path, ProofLevel atLeast, String... roles) {
        return add(method, path, new Who.RequesterOrStaff(atLeast, Set.of(roles)));
    }

    /** @param clients the services that may, by the client ids of their tokens; none given for every service */
    public AccessRules services(HttpMethod method, String path, String... clients) {
        return add(method, path, new Who.Services(Set.of(clients)));
    }

    private AccessRules add(HttpMethod method, String path, Who who) {
        rules.add(new Rule(method, path, who));
        return this;
    }
}
