// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.habeas.contracts.ProofLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An OIDC issuer and the requester's key, for tests: real keys, real signatures, a real JWK set over HTTP. */
public final class TestIssuer implements AutoCloseable {

    private static final String AUDIENCE = "habeas";

    private final ECKey oidcKey;
    private final ECKey requesterKey;
    private final HttpServer server;
    private final Path directory;

    private TestIssuer(ECKey oidcKey, ECKey requesterKey, HttpServer server, Path directory) {
        this.oidcKey = oidcKey;
        this.requesterKey = requesterKey;
        this.server = server;
        this.directory = directory;
    }

    /** Starts it on a free port of 127.0.0.1; key files go into the directory. */
    public static TestIssuer start(Path directory) {
        try {
            var oidcKey = new ECKeyGenerator(Curve.P_256).keyID("oidc-1").generate();
            var requesterKey =
                    new ECKeyGenerator(Curve.P_256).keyID("requester-1").generate();
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("requester.jwk"), requesterKey.toJSONString());
            Files.writeString(
                    directory.resolve("requester.pub.jwk"),
                    requesterKey.toPublicJWK().toJSONString());
            Files.writeString(directory.resolve("client-secret"), "test-secret");
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            var issuer = new TestIssuer(oidcKey, requesterKey, server, directory);
            server.createContext("/jwks", exchange -> send(exchange, new JWKSet(oidcKey.toPublicJWK()).toString()));
            server.createContext(
                    "/token",
                    exchange -> send(
                            exchange, "{\"access_token\":\"" + issuer.serviceToken("self") + "\",\"expires_in\":300}"));
            server.start();
            return issuer;
        } catch (JOSEException | IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** The properties under {@code habeas.access} of a service that believes this issuer. */
    public Map<String, String> properties() {
        return Map.of(
                "habeas.access.issuers[0].issuer", url(),
                "habeas.access.issuers[0].jwk-set-uri", url() + "/jwks",
                "habeas.access.requester.public-key-file",
                        directory.resolve("requester.pub.jwk").toString(),
                "habeas.access.requester.private-key-file",
                        directory.resolve("requester.jwk").toString(),
                "habeas.access.client.token-uri", url() + "/token",
                "habeas.access.client.id", "self",
                "habeas.access.client.secret-file",
                        directory.resolve("client-secret").toString());
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public String staffToken(List<String> roles, List<String> controllers) {
        return staffToken(AUDIENCE, roles, controllers);
    }

    public String staffToken(String audience, List<String> roles, List<String> controllers) {
        return token("staff-1", audience, roles, controllers, Instant.now().plusSeconds(300));
    }

    public String serviceToken(String clientId) {
        return token(
                clientId, AUDIENCE, List.of("service"), List.of(), Instant.now().plusSeconds(300));
    }

    public String expiredStaffToken(List<String> roles, List<String> controllers) {
        return token("staff-1", AUDIENCE, roles, controllers, Instant.now().minusSeconds(300));
    }

    public String requesterToken(String controller, UUID requestId) {
        return requesterToken(controller, requestId, ProofLevel.NONE, null);
    }

    public String requesterToken(String controller, UUID requestId, ProofLevel level, @Nullable Instant provedAt) {
        return new RequesterTokens(requesterKey, LegalClock.system()).issue(controller, requestId, level, provedAt);
    }

    private String token(String subject, String audience, List<String> roles, List<String> controllers, Instant until) {
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .keyID(oidcKey.getKeyID())
                        .build(),
                new JWTClaimsSet.Builder()
                        .issuer(url())
                        .subject(subject)
                        .audience(audience)
                        .claim("roles", roles)
                        .claim("controllers", controllers)
                        .expirationTime(Date.from(until))
                        .build());
        try {
            token.sign(new ECDSASigner(oidcKey));
        } catch (JOSEException failed) {
            throw new IllegalStateException(failed);
        }
        return token.serialize();
    }

    private static void send(HttpExchange exchange, String body) {
        try (exchange) {
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
