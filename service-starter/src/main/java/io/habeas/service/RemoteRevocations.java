// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/** Asks the request-service. */
final class RemoteRevocations implements RevocationSource {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    record Page(List<Revocation> items) {}

    private final URI uri;
    private final Supplier<String> token;
    private final JsonMapper json;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    RemoteRevocations(URI uri, Supplier<String> token, JsonMapper json) {
        this.uri = uri;
        this.token = token;
        this.json = json;
    }

    @Override
    public List<Revocation> fetch() {
        var request = HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .header("authorization", "Bearer " + token.get())
                .build();
        try {
            var answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException("the list of revoked tokens was answered by " + answer.statusCode());
            }
            return json.readValue(answer.body(), Page.class).items();
        } catch (IOException away) {
            throw new IllegalStateException("the list of revoked tokens is out of reach", away);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking for revoked tokens", interrupted);
        }
    }
}
