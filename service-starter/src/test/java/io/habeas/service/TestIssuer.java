// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
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
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** An OIDC issuer and the requester's key, for tests: real keys, real signatures, a real JWK set over HTTP. */
public final class TestIssuer implements AutoCloseable {

    private static final String AUDIENCE = "habeas";
    /** Longer than a walk takes on a machine that has other things to do. */
    private static final Duration LIFE = Duration.ofHours(1);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ECKey oidcKey;
    private final ECKey requesterKey;
    private final byte[] unprovedSecret;
    private final HttpServer server;
    private final Path directory;
    private final List<Revocation> revoked = new CopyOnWriteArrayList<>();
    private volatile JWKSet published;

    private TestIssuer(ECKey oidcKey, ECKey requesterKey, byte[] unprovedSecret, HttpServer server, Path directory) {
        this.oidcKey = oidcKey;
        this.requesterKey = requesterKey;
        this.unprovedSecret = unprovedSecret;
        this.server = server;
        this.directory = directory;
        this.published = new JWKSet(oidcKey.toPublicJWK());
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
            var unprovedSecret = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
            Files.write(directory.resolve("unproved-secret"), unprovedSecret);
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            var issuer = new TestIssuer(oidcKey, requesterKey, unprovedSecret, server, directory);
            server.createContext("/jwks", exchange -> send(exchange, issuer.published.toString()));
            server.createContext(
                    "/revocations",
                    exchange -> send(exchange, JSON.writeValueAsString(Map.of("items", issuer.revoked))));
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
        var all = new HashMap<String, String>();
        all.put(
                "habeas.access.requester.unproved-secret-file",
                directory.resolve("unproved-secret").toString());
        all.putAll(Map.of(
                "habeas.access.issuers[0].issuer",
                url(),
                "habeas.access.issuers[0].jwk-set-uri",
                url() + "/jwks",
                "habeas.access.requester.public-key-file",
                directory.resolve("requester.pub.jwk").toString(),
                "habeas.access.requester.private-key-file",
                directory.resolve("requester.jwk").toString(),
                "habeas.access.revocations.uri",
                url() + "/revocations",
                "habeas.access.client.token-uri",
                url() + "/token",
                "habeas.access.client.id",
                "self",
                "habeas.access.client.secret-file",
                directory.resolve("client-secret").toString()));
        return all;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Puts it on the list that this issuer serves too. */
    public void revoke(Revocation revocation) {
        revoked.add(revocation);
    }

    /** Publishes another key in place of the one that signs. */
    void withdrawKey() {
        try {
            published = new JWKSet(
                    new ECKeyGenerator(Curve.P_256).keyID("oidc-2").generate().toPublicJWK());
        } catch (JOSEException failed) {
            throw new IllegalStateException(failed);
        }
    }

    public String staffToken(List<String> roles, List<String> controllers) {
        return staffToken(AUDIENCE, roles, controllers);
    }

    public String staffToken(String audience, List<String> roles, List<String> controllers) {
        return token("staff-1", audience, roles, controllers, Instant.now().plus(LIFE));
    }

    /** @param subject who of the staff it is */
    public String staffTokenOf(String subject, List<String> roles, List<String> controllers) {
        return token(subject, AUDIENCE, roles, controllers, Instant.now().plusSeconds(300));
    }

    public String serviceToken(String clientId) {
        return token(
                clientId, AUDIENCE, List.of("service"), List.of(), Instant.now().plus(LIFE));
    }

    public String expiredStaffToken(List<String> roles, List<String> controllers) {
        return token("staff-1", AUDIENCE, roles, controllers, Instant.now().minusSeconds(300));
    }

    public String requesterToken(String controller, UUID requestId) {
        return requesterToken(controller, requestId, ProofLevel.NONE, null);
    }

    public String requesterToken(String controller, UUID requestId, ProofLevel level, @Nullable Instant provedAt) {
        return new RequesterTokens(requesterKey, unprovedSecret, LegalClock.system())
                .issue(controller, requestId, level, provedAt);
    }

    private String token(String subject, String audience, List<String> roles, List<String> controllers, Instant until) {
        return signed(oidcKey, staffClaims(subject, url(), audience, roles, controllers, until));
    }

    private static JWTClaimsSet staffClaims(
            String subject,
            String issuer,
            String audience,
            List<String> roles,
            List<String> controllers,
            Instant until) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject(subject)
                .audience(audience)
                .claim("roles", roles)
                .claim("controllers", controllers)
                .issueTime(new Date())
                .expirationTime(Date.from(until))
                .build();
    }

    private static String signed(ECKey key, JWTClaimsSet claims) {
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException failed) {
            throw new IllegalStateException(failed);
        }
        return token.serialize();
    }

    /** An ID token for somebody who logged in at the account system that this issuer plays, with exactly these claims beside its own. */
    public String loginToken(Map<String, Object> claims) {
        return signed(oidcKey, loginClaims(claims));
    }

    /** The same without a signature. */
    public String unsignedLoginToken(Map<String, Object> claims) {
        return new PlainJWT(loginClaims(claims)).serialize();
    }

    /** The same under a secret that everybody can read: the public key. */
    public String loginTokenUnderPublicKey(Map<String, Object> claims) {
        return underPublicKey(loginClaims(claims));
    }

    private JWTClaimsSet loginClaims(Map<String, Object> claims) {
        var now = Instant.now();
        var set = new JWTClaimsSet.Builder()
                .issuer(url())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
        claims.forEach(set::claim);
        return set.build();
    }

    private String underPublicKey(JWTClaimsSet claims) {
        try {
            var token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256)
                            .keyID(oidcKey.getKeyID())
                            .build(),
                    claims);
            token.sign(new MACSigner(oidcKey.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)));
            return token.serialize();
        } catch (JOSEException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Tokens that nobody may believe. */
    Forged forged() {
        return new Forged();
    }

    /** What somebody could send who has seen a token, the public keys, or an issuer of their own. */
    final class Forged {

        private JWTClaimsSet staff(String issuer, List<String> roles, List<String> controllers) {
            return staffClaims(
                    "staff-1",
                    issuer,
                    AUDIENCE,
                    roles,
                    controllers,
                    Instant.now().plusSeconds(300));
        }

        private JWTClaimsSet requester(String controller, UUID requestId, Instant until) {
            return new JWTClaimsSet.Builder()
                    .issuer(RequesterTokens.ISSUER)
                    .subject(requestId.toString())
                    .issueTime(new Date())
                    .expirationTime(Date.from(until))
                    .claim("controllers", List.of(controller))
                    .claim("proof_level", ProofLevel.STANDARD.name())
                    .claim("proof_at", Instant.now().getEpochSecond())
                    .build();
        }

        String unknownIssuer(List<String> roles, List<String> controllers) {
            return signed(oidcKey, staff("https://issuer.example", roles, controllers));
        }

        String anotherKey(List<String> roles, List<String> controllers) {
            try {
                var key = new ECKeyGenerator(Curve.P_256)
                        .keyID(oidcKey.getKeyID())
                        .generate();
                return signed(key, staff(url(), roles, controllers));
            } catch (JOSEException failed) {
                throw new IllegalStateException(failed);
            }
        }

        String unsigned(List<String> roles, List<String> controllers) {
            return new PlainJWT(staff(url(), roles, controllers)).serialize();
        }

        String publicKeyAsSecret(List<String> roles, List<String> controllers) {
            return underPublicKey(staff(url(), roles, controllers));
        }

        String expiredRequester(String controller, UUID requestId) {
            return signed(
                    requesterKey, requester(controller, requestId, Instant.now().minusSeconds(300)));
        }

        String unsignedRequester(String controller, UUID requestId) {
            return new PlainJWT(requester(controller, requestId, Instant.now().plusSeconds(300))).serialize();
        }

        /** Every service has the secret, and could make such a token. */
        String provedUnderTheSharedSecret(String issuer, UUID requestId) {
            try {
                var claims = new JWTClaimsSet.Builder(
                                requester("smallrig", requestId, Instant.now().plusSeconds(300)))
                        .issuer(issuer)
                        .build();
                var token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
                token.sign(new MACSigner(unprovedSecret));
                return token.serialize();
            } catch (JOSEException failed) {
                throw new IllegalStateException(failed);
            }
        }

        String requesterByStaffKey(String controller, UUID requestId) {
            return signed(
                    oidcKey, requester(controller, requestId, Instant.now().plusSeconds(300)));
        }
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
