// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.keys;

import io.habeas.contracts.KeyClass;
import java.util.Set;

/**
 * Which service may do what with keys of which class; everything else is refused. Services are named by the client id of
 * their tokens. Keys of requests are destroyed by the request-service alone, in its own process and never through here.
 */
enum Entitlement {
    ALLOT,
    OPEN,
    DESTROY;

    boolean includes(String service, KeyClass keyClass) {
        return classesOf(service).contains(keyClass);
    }

    private Set<KeyClass> classesOf(String service) {
        return switch (service) {
            // reads the claims and the person on file, seals challenges and what was proved
            case "verification" -> this == OPEN ? Set.of(KeyClass.IDENTITY, KeyClass.CASE) : Set.of();
            // asks the directory for claimed identifiers, works on proved ones, owns its packages
            case "fulfillment" ->
                this == OPEN ? Set.of(KeyClass.IDENTITY, KeyClass.CASE, KeyClass.PACKAGE) : Set.of(KeyClass.PACKAGE);
            // writes to the reply address, and to the address on file that stands in a challenge
            case "notification" -> this == OPEN ? Set.of(KeyClass.IDENTITY, KeyClass.CASE) : Set.of();
            default -> Set.of();
        };
    }
}
