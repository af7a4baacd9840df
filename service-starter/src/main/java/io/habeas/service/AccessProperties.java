// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whose tokens are believed, and how this service gets its own.
 *
 * @param issuers OIDC issuers of staff and services
 * @param requester the key of the tokens that requesters carry
 * @param client how this service shows itself to the others; absent in a service that calls nobody
 * @param maxBody the largest body that is read, in bytes
 */
@ConfigurationProperties("habeas.access")
record AccessProperties(
        @DefaultValue List<Issuer> issuers,
        @Nullable Requester requester,
        @Nullable Client client,
        @DefaultValue("65536") long maxBody) {

    /** @param jwkSetUri where its public keys are; fetched when first needed */
    record Issuer(String issuer, URI jwkSetUri) {}

    /**
     * @param publicKeyFile JWK of the ES256 key
     * @param privateKeyFile JWK with its private part; only in services that issue such tokens
     */
    record Requester(Path publicKeyFile, @Nullable Path privateKeyFile) {}

    /** @param secretFile holds the client secret, and nothing else */
    record Client(URI tokenUri, String id, Path secretFile) {}
}
