// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.habeas.quickstart.secrets.Secrets;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

@DisplayNameGeneration(ReplaceUnderscores.class)
class IssuerTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-01T08:00:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path folder;

    private int port;
    private Issuer issuer;
    private AccountSystem shop;
    private HttpClient client;

    @BeforeEach
    void open() throws Exception {
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        var key = new Secrets(folder).key("issuer");
        var tokens = new Tokens(key, Tokens.issuerAt(port), CLOCK);
        shop = new AccountSystem(
                Tokens.issuerAt(port), "smallrig", new Secrets(folder).key("accounts-smallrig"), CLOCK);
        var other = new AccountSystem(Tokens.issuerAt(port), "cic", new Secrets(folder).key("accounts-cic"), CLOCK);
        issuer = new Issuer(
                port, key, tokens, Map.of("request", "s3cret"), () -> List.of("smallrig"), List.of(shop, other));
        client = HttpClient.newHttpClient();
    }

    @AfterEach
    void close() {
        client.close();
        issuer.close();
    }

    @Test
    void a_client_with_its_secret_gets_a_token_that_the_published_key_verifies() throws Exception {
        var answer = JsonMapper.shared()
                .readTree(ask("grant_type=client_credentials&client_id=request&client_secret=s3cret")
                        .body());

        var token = SignedJWT.parse(answer.path("access_token").asString());
        var key = JWKSet.parse(get("/jwks"))
                .getKeyByKeyId(token.getHeader().getKeyID())
                .toECKey();
        assertThat(token.verify(new ECDSAVerifier(key))).isTrue();
        assertThat(key.isPrivate()).isFalse();
        assertThat(token.getJWTClaimsSet().getIssuer()).isEqualTo("http://127.0.0.1:" + port);
        assertThat(token.getJWTClaimsSet().getSubject()).isEqualTo("request");
        assertThat(token.getJWTClaimsSet().getStringListClaim("roles")).containsExactly("service");
        assertThat(token.getJWTClaimsSet().getStringListClaim("controllers")).containsExactly("smallrig");
        assertThat(answer.path("expires_in").asLong()).isEqualTo(3600);
    }

    @Test
    void the_account_system_of_a_controller_vouches_for_a_customer_under_a_key_of_its_own() throws Exception {
        var token = SignedJWT.parse(shop.login("42", "the-request", "ada@example.org"));

        var own = JWKSet.parse(get("/accounts/smallrig/jwks"));
        var others = JWKSet.parse(get("/accounts/cic/jwks"));
        var key = own.getKeyByKeyId(token.getHeader().getKeyID()).toECKey();
        assertThat(token.verify(new ECDSAVerifier(key))).isTrue();
        assertThat(key.isPrivate()).isFalse();
        assertThat(others.getKeyByKeyId(token.getHeader().getKeyID())).isNull();
        assertThat(JWKSet.parse(get("/jwks")).getKeyByKeyId(token.getHeader().getKeyID()))
                .isNull();
        var claims = token.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo("http://127.0.0.1:" + port + "/accounts/smallrig");
        assertThat(claims.getSubject()).isEqualTo("42");
        assertThat(claims.getStringClaim("nonce")).isEqualTo("the-request");
        assertThat(claims.getLongClaim("auth_time")).isEqualTo(CLOCK.instant().getEpochSecond());
        assertThat(claims.getBooleanClaim("email_verified")).isTrue();
        assertThat(claims.getExpirationTime().toInstant())
                .isEqualTo(CLOCK.instant().plusSeconds(300));
    }

    @Test
    void a_wrong_secret_gets_nothing() throws Exception {
        assertThat(ask("grant_type=client_credentials&client_id=request&client_secret=guess")
                        .statusCode())
                .isEqualTo(401);
        assertThat(ask("grant_type=client_credentials&client_id=nobody&client_secret=")
                        .statusCode())
                .isEqualTo(401);
        assertThat(ask("grant_type=password&client_id=request&client_secret=s3cret")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void discovery_leads_to_keys_and_tokens() throws Exception {
        var discovery = JsonMapper.shared().readTree(get("/.well-known/openid-configuration"));

        assertThat(discovery.path("issuer").asString()).isEqualTo("http://127.0.0.1:" + port);
        assertThat(discovery.path("jwks_uri").asString()).isEqualTo("http://127.0.0.1:" + port + "/jwks");
        assertThat(discovery.path("token_endpoint").asString()).isEqualTo("http://127.0.0.1:" + port + "/token");
    }

    @Test
    void a_page_of_another_origin_is_turned_away() throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/jwks"))
                .header("Origin", "https://elsewhere.example")
                .build();

        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
    }

    private HttpResponse<String> ask(String form) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
    }

    private String get(String path) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }
}
