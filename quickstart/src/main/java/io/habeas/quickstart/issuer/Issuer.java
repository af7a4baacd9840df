// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.issuer;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.sun.net.httpserver.HttpExchange;
import io.habeas.quickstart.web.LocalServer;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The issuer's pages: discovery, keys, tokens for client credentials, and the keys of the sample's account systems. */
public final class Issuer implements AutoCloseable {

    private static final int LARGEST_FORM = 8192;

    private final LocalServer server;

    /**
     * @param clients secret by client id; a client gets the role {@code service}
     * @param controllers whom the tokens are good for
     * @param accounts whose keys are published beside its own
     */
    public Issuer(
            int port,
            ECKey key,
            Tokens tokens,
            Map<String, String> clients,
            Supplier<List<String>> controllers,
            List<AccountSystem> accounts)
            throws IOException {
        this(new LocalServer(port), Tokens.issuerAt(port), key, tokens, clients, controllers, accounts);
    }

    /** @param issuer the URL under which the server is known */
    public Issuer(
            LocalServer server,
            String issuer,
            ECKey key,
            Tokens tokens,
            Map<String, String> clients,
            Supplier<List<String>> controllers,
            List<AccountSystem> accounts) {
        this.server = server;
        server.on(
                "/.well-known/openid-configuration",
                exchange -> LocalServer.json(
                        exchange,
                        200,
                        Map.of(
                                "issuer", issuer,
                                "jwks_uri", issuer + "/jwks",
                                "token_endpoint", issuer + "/token",
                                "grant_types_supported", List.of("client_credentials"),
                                "token_endpoint_auth_methods_supported",
                                        List.of("client_secret_post", "client_secret_basic"),
                                "response_types_supported", List.of("token"),
                                "subject_types_supported", List.of("public"),
                                "id_token_signing_alg_values_supported", List.of("ES256"))));
        server.on("/jwks", exchange -> LocalServer.json(exchange, 200, new JWKSet(key.toPublicJWK()).toJSONObject()));
        for (var system : accounts) {
            server.on(system.path() + "/jwks", exchange -> LocalServer.json(exchange, 200, system.keys()));
        }
        server.on("/token", exchange -> token(exchange, tokens, clients, controllers.get()));
        server.start();
    }

    private static void token(
            HttpExchange exchange, Tokens tokens, Map<String, String> clients, List<String> controllers)
            throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            LocalServer.json(exchange, 405, Map.of("error", "invalid_request"));
            return;
        }
        Map<String, String> form = form(exchange);
        if (!"client_credentials".equals(form.get("grant_type"))) {
            LocalServer.json(exchange, 400, Map.of("error", "unsupported_grant_type"));
            return;
        }
        String client = form.get("client_id");
        if (client == null || !isSecret(clients.get(client), form.get("client_secret"))) {
            LocalServer.json(exchange, 401, Map.of("error", "invalid_client"));
            return;
        }
        LocalServer.json(
                exchange,
                200,
                Map.of(
                        "access_token", tokens.sign(client, List.of("service"), controllers),
                        "token_type", "Bearer",
                        "expires_in", Tokens.LIFE.toSeconds()));
    }

    /** Client id and secret from the form or from the Authorization header (RFC 6749, 2.3.1). */
    private static Map<String, String> form(HttpExchange exchange) throws IOException {
        Map<String, String> form = new HashMap<>();
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST_FORM);
        for (String pair : new String(body, StandardCharsets.UTF_8).split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                form.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        String basic = exchange.getRequestHeaders().getFirst("Authorization");
        if (basic != null && basic.startsWith("Basic ")) {
            String both =
                    new String(Base64.getDecoder().decode(basic.substring(6).strip()), StandardCharsets.UTF_8);
            int colon = both.indexOf(':');
            if (colon > 0) {
                form.put("client_id", decoded(both.substring(0, colon)));
                form.put("client_secret", decoded(both.substring(colon + 1)));
            }
        }
        return form;
    }

    private static String decoded(String value) {
        return URLDecoder.decode(value, StandardCharsets.UTF_8);
    }

    private static boolean isSecret(@Nullable String known, @Nullable String shown) {
        return known != null
                && shown != null
                && MessageDigest.isEqual(
                        known.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.close();
    }
}
