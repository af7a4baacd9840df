// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import io.habeas.contracts.KeyClass;
import io.habeas.contracts.RequestKeys;
import io.habeas.tracing.TraceContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keys over HTTP from the request-service. Opened keys are held for a minute at most, and one fetch serves all who wait
 * for the same key. A key that was destroyed elsewhere is so for up to a minute still readable here.
 */
public final class RemoteKeyService implements KeyService {

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final int CACHED = 10_000;

    private record Name(String controller, UUID requestId, UUID keyId) {}

    /** @param key absent once destroyed */
    private record Found(@Nullable DataKey key) {}

    private record Opened(UUID keyId, KeyClass keyClass, String material) {
        @Override
        public String toString() {
            return "Opened[" + keyId + "]";
        }
    }

    private final URI keys;
    private final Supplier<String> token;
    private final JsonMapper json;
    private final HttpClient http;
    private final KeyCache<Name, Found> cache;

    /**
     * @param requestService base URL of the request-service
     * @param token the bearer token of the calling service, fresh at every call
     */
    public RemoteKeyService(URI requestService, Supplier<String> token, JsonMapper json) {
        this(requestService, token, json, System::nanoTime);
    }

    RemoteKeyService(URI requestService, Supplier<String> token, JsonMapper json, LongSupplier nanos) {
        this.keys = URI.create(requestService.toString().replaceAll("/+$", "") + "/internal/v1/keys/");
        this.token = token;
        this.json = json.rebuild()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
        this.cache = new KeyCache<>(CACHED, KeyStoreSettings.MOST_AGE, nanos);
    }

    @Override
    public RequestKeys allotRequestKeys(String controller) {
        throw new UnsupportedOperationException("only the request-service takes requests in");
    }

    /** The id is made here, so that a repeat after a lost answer names the same key. */
    @Override
    public UUID allot(String controller, UUID requestId, KeyClass keyClass) {
        Sealer.checkController(controller);
        var keyId = UUID.randomUUID();
        var body = Map.of("keyId", keyId, "controller", controller, "requestId", requestId, "keyClass", keyClass);
        post("allotments", body, controller, keyId, "keys of class " + keyClass);
        return keyId;
    }

    @Override
    public DataKey key(String controller, UUID requestId, UUID keyId) {
        Sealer.checkController(controller);
        var found = cache.get(new Name(controller, requestId, keyId), () -> fetch(controller, requestId, keyId));
        if (found.key == null) {
            throw new KeyDestroyedException(keyId);
        }
        return found.key;
    }

    private Found fetch(String controller, UUID requestId, UUID keyId) {
        try {
            var body = Map.of("controller", controller, "requestId", requestId);
            var answer = post(keyId + "/openings", body, controller, keyId, "key " + keyId);
            var opened = json.readValue(answer, Opened.class);
            return new Found(
                    new DataKey(keyId, opened.keyClass, Base64.getUrlDecoder().decode(opened.material)));
        } catch (KeyDestroyedException _) {
            return new Found(null);
        } catch (JacksonException | IllegalArgumentException _) {
            throw new KeyUnavailableException(
                    "the request-service answered for key " + keyId + " with what is no key", null);
        }
    }

    @Override
    public void destroy(String controller, UUID keyId) {
        Sealer.checkController(controller);
        try {
            post(keyId + "/destruction", Map.of("controller", controller), controller, keyId, "key " + keyId);
        } finally {
            cache.evictIf(name -> name.keyId.equals(keyId));
        }
    }

    private byte[] post(String path, Object body, String controller, UUID keyId, String what) {
        var request = HttpRequest.newBuilder(keys.resolve(path))
                .timeout(ANSWER)
                .header("Authorization", "Bearer " + token.get())
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)));
        HttpResponse<byte[]> answer;
        try (var _ = TraceContext.calling("ask for a key", request)) {
            answer = send(request.build(), what);
        }
        return switch (answer.statusCode()) {
            case 200, 201, 204 -> answer.body();
            case 403 -> throw new IllegalStateException("this service is not entitled to " + what + classOf(answer));
            case 404 -> throw new KeyRefusedException(controller, keyId);
            case 410 -> throw new KeyDestroyedException(keyId);
            default ->
                throw new KeyUnavailableException(
                        "the request-service answered " + answer.statusCode() + " for " + what, null);
        };
    }

    private HttpResponse<byte[]> send(HttpRequest request, String what) {
        try {
            return sendTwice(request);
        } catch (IOException e) {
            throw new KeyUnavailableException("the request-service does not answer for " + what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeyUnavailableException("interrupted while asking for " + what, e);
        }
    }

    /** A kept connection may have been closed at the other end meanwhile; all three calls may be repeated. */
    private HttpResponse<byte[]> sendTwice(HttpRequest request) throws IOException, InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (HttpTimeoutException e) {
            throw e;
        } catch (IOException _) {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    private String classOf(HttpResponse<byte[]> answer) {
        try {
            var keyClass = json.readTree(answer.body()).findValue("keyClass");
            return keyClass == null ? "" : ", of class " + keyClass.asString("");
        } catch (JacksonException _) {
            return "";
        }
    }
}
