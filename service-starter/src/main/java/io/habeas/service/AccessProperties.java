// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import io.habeas.contracts.IdentifierKind;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whose tokens are believed, and how this service gets its own.
 *
 * @param issuers OIDC issuers of staff and services, and the account systems of controllers
 * @param requester the key of the tokens that requesters carry
 * @param client how this service shows itself to the others; absent in a service that calls nobody
 * @param revocations where revoked tokens are listed
 * @param keysYoung up to this age the public keys of an issuer are used as they are; at most a minute
 * @param maxBody the largest body that is read, in bytes
 */
@ConfigurationProperties("habeas.access")
record AccessProperties(
        @DefaultValue List<Issuer> issuers,
        @Nullable Requester requester,
        @Nullable Client client,
        @DefaultValue Revoked revocations,
        @DefaultValue("30s") Duration keysYoung,
        @DefaultValue("65536") long maxBody) {

    AccessProperties {
        issuers = List.copyOf(issuers);
        var named = new HashSet<String>();
        for (var issuer : issuers) {
            if (!named.add(issuer.issuer())) {
                throw new IllegalArgumentException("habeas.access.issuers: " + issuer.issuer() + " stands there twice");
            }
        }
        if (keysYoung.isNegative() || keysYoung.compareTo(Revocations.OLDEST) > 0) {
            throw new IllegalArgumentException("habeas.access.keys-young: a removed key must stop working within 60s");
        }
    }

    /**
     * @param uri of the list; by default that of {@code habeas.services.request}
     * @param young up to this age the list is used as it is; at most a minute
     */
    record Revoked(@Nullable URI uri, @DefaultValue("15s") Duration young) {

        Revoked {
            if (young.isNegative() || young.compareTo(Revocations.OLDEST) > 0) {
                throw new IllegalArgumentException(
                        "habeas.access.revocations.young: a revoked token must stop working within 60s");
            }
        }
    }

    /** Whom an issuer makes tokens for. */
    enum IssuerKind {
        STAFF,
        SERVICE,
        /** The people who have an account with one controller: such a token opens no door, it proves who somebody is. */
        ACCOUNT;

        static IssuerKind of(Caller.Kind caller) {
            return caller == Caller.Kind.SERVICE ? SERVICE : STAFF;
        }
    }

    /**
     * @param jwkSetUri where its public keys are; fetched when first needed
     * @param audience must stand in {@code aud}: the issuer may make tokens for others too
     * @param kinds of callers that it makes tokens for, STAFF, SERVICE or both; a token of another kind is not accepted. Or ACCOUNT alone
     * @param account whose customers it knows; for the kind ACCOUNT alone
     */
    record Issuer(
            String issuer,
            URI jwkSetUri,
            @DefaultValue("habeas") String audience,
            @DefaultValue({"STAFF", "SERVICE"}) Set<IssuerKind> kinds,
            @Nullable Account account) {

        Issuer {
            if (RequesterTokens.ISSUERS.contains(issuer)) {
                throw new IllegalArgumentException(
                        "habeas.access.issuers: " + issuer + " is kept for the tokens of requesters");
            }
            if (audience.isBlank()) {
                throw new IllegalArgumentException("habeas.access.issuers: audience is blank for " + issuer);
            }
            kinds = Set.copyOf(kinds);
            if (kinds.isEmpty()) {
                throw new IllegalArgumentException(
                        "habeas.access.issuers: kinds must be STAFF, SERVICE or both, or ACCOUNT, for " + issuer);
            }
            boolean ofAccounts = kinds.contains(IssuerKind.ACCOUNT);
            if (ofAccounts && account == null) {
                throw new IllegalArgumentException("habeas.access.issuers: account.controller is missing for " + issuer
                        + ", which is of kind ACCOUNT");
            }
            if (account != null && !kinds.equals(Set.of(IssuerKind.ACCOUNT)) || ofAccounts && kinds.size() > 1) {
                throw new IllegalArgumentException(
                        "habeas.access.issuers: an issuer with account is of kind ACCOUNT alone: " + issuer);
            }
        }
    }

    /**
     * @param controller the one whose accounts these are
     * @param claim of the token that names the account; a text or a whole number
     * @param identifier what it is in the controller's data map: a number or name of the account, never an address that may have changed hands
     */
    record Account(
            String controller,
            @DefaultValue("sub") String claim,
            @DefaultValue("CUSTOMER_ID") IdentifierKind identifier) {

        Account {
            if (controller.isBlank() || claim.isBlank()) {
                throw new IllegalArgumentException(
                        "habeas.access.issuers: account.controller and account.claim must be named");
            }
            if (identifier != IdentifierKind.CUSTOMER_ID && identifier != IdentifierKind.ACCOUNT_NAME) {
                throw new IllegalArgumentException(
                        "habeas.access.issuers: account.identifier must be CUSTOMER_ID or ACCOUNT_NAME");
            }
        }
    }

    /**
     * @param publicKeyFile JWK of the ES256 key
     * @param privateKeyFile JWK with its private part; only in services that issue such tokens
     * @param unprovedSecretFile a secret of at least 32 characters that the services share; with it, the token of somebody
     *     who has proved nothing is an HS256 token, which costs a hundredth of a signature. It can not say more than that
     */
    record Requester(
            Path publicKeyFile,
            @Nullable Path privateKeyFile,
            @Nullable Path unprovedSecretFile) {}

    /** @param secretFile holds the client secret, and nothing else */
    record Client(URI tokenUri, String id, Path secretFile) {}
}
