// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification.directory;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.habeas.contracts.DirectoryLookup;
import io.habeas.contracts.SealedField;
import io.habeas.tracing.TraceContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The fulfillment-service's look-up in the one collection that may be read before identity is proved. */
public class Directory {

    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(15);

    private final HttpClient http;
    private final URI fulfillment;
    private final Supplier<String> token;
    private final JsonMapper json;

    public Directory(URI fulfillment, Supplier<String> token, JsonMapper json) {
        this.http = HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        this.fulfillment = fulfillment;
        this.token = token;
        this.json = json.rebuild()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                // the other side is strict, and may be of an older version that knows no logins
                .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
                .build();
    }

    /** @throws DirectoryUnavailableException if there is no answer for now */
    public DirectoryLookup.Answer lookUp(String controller, UUID requestId, SealedField claims) {
        return lookUp(controller, new DirectoryLookup.Query(requestId, claims));
    }

    /**
     * @param account of somebody who has logged in, sealed as the claims are
     * @throws DirectoryUnavailableException if there is no answer for now
     */
    public DirectoryLookup.Answer lookUp(String controller, UUID requestId, SealedField claims, SealedField account) {
        return lookUp(controller, new DirectoryLookup.Query(requestId, claims, account));
    }

    private DirectoryLookup.Answer lookUp(String controller, DirectoryLookup.Query query) {
        var request = HttpRequest.newBuilder(
                        fulfillment.resolve("/internal/v1/controllers/" + controller + "/directory/lookups"))
                .timeout(ANSWER)
                .header("authorization", "Bearer " + token.get())
                .header("content-type", "application/json")
                .header("accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(query)));
        try (var _ = TraceContext.calling("look up a person", request)) {
            var response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new DirectoryUnavailableException("status-" + response.statusCode());
            }
            var answer = json.readValue(response.body(), DirectoryLookup.Answer.class);
            if ((answer.match() == DirectoryLookup.Match.ONE) != (answer.person() != null)) {
                throw new DirectoryUnavailableException("answer-without-sense");
            }
            return answer;
        } catch (IOException _) {
            throw new DirectoryUnavailableException("no-answer");
        } catch (JacksonException _) {
            throw new DirectoryUnavailableException("answer-without-sense");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new DirectoryUnavailableException("interrupted");
        }
    }
}
