// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.contracts.ControllerAnnouncement;
import io.habeas.journal.FeedPosition;
import io.habeas.tracing.TraceContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Reads the internal feeds of the services that announce: what Kafka does not hold, or not yet. */
final class FeedClient {

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    /** Shorter than the lease of whoever asks. */
    private static final Duration ANSWER_WITH_TRAIL = Duration.ofSeconds(3);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();
    private final Map<String, String> services;
    private final @Nullable Supplier<String> token;

    /**
     * @param services base URLs by the short names of services, as in {@code habeas.services.*}
     * @param token gives a bearer token of this service
     */
    FeedClient(Map<String, String> services, @Nullable Supplier<String> token) {
        this.services = services;
        this.token = token;
    }

    /**
     * The events of a stream from a sequence on, as many as the producer gives at once.
     *
     * @param topic of the service that is asked
     * @throws IOException if the feed does not answer, or with something else than events
     */
    List<WireEvent> stream(String topic, UUID stream, long from) throws IOException, InterruptedException {
        return get(topic, "?stream=" + stream + "&from=" + from).events();
    }

    /** A page of the whole feed. @throws IOException if the feed does not answer, or with something else than events */
    FeedPage after(String topic, FeedPosition position) throws IOException, InterruptedException {
        return get(topic, "?after=" + position);
    }

    /**
     * The audit trail of a stream from a sequence on, as much as the producer gives at once.
     *
     * @param service short name of the service that is asked
     * @throws IOException if the feed does not answer, or with something else
     */
    List<TrailRecord> trail(String service, UUID stream, long from) throws IOException, InterruptedException {
        var topic = "habeas." + service + ".v1";
        try {
            return TrailPage.read(answer(topic, "?trail=true&stream=" + stream + "&from=" + from, ANSWER_WITH_TRAIL));
        } catch (JacksonException | IllegalArgumentException unreadable) {
            throw new IOException("the feed behind " + topic + " answered with something else than an audit trail");
        }
    }

    private FeedPage get(String topic, String query) throws IOException, InterruptedException {
        try {
            return FeedPage.read(answer(topic, query, ANSWER));
        } catch (JacksonException | IllegalArgumentException unreadable) {
            throw new IOException("the feed behind " + topic + " answered with something else than events");
        }
    }

    private byte[] answer(String topic, String query, Duration limit) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(baseUrl(topic) + "/internal/v1/feed" + query))
                .timeout(limit)
                .header("accept", "application/json");
        if (token != null) {
            request.header("authorization", "Bearer " + token.get());
        }
        HttpResponse<byte[]> answer;
        try (var _ = TraceContext.calling("read the feed", request)) {
            answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        }
        if (answer.statusCode() != 200) {
            throw new IOException("the feed behind " + topic + " answered " + answer.statusCode());
        }
        return answer.body();
    }

    /** {@code habeas.request.v1} is announced by the service {@code request}. */
    private String baseUrl(String topic) throws IOException {
        var parts = topic.split("\\.");
        var url = parts.length == 3 ? services.get(announcing(topic, parts[1])) : null;
        if (url == null) {
            throw new IOException("nobody is known who announces on " + topic + ": set habeas.services.<name>");
        }
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    private static String announcing(String topic, String family) {
        return AnnouncementCodec.isBeside(topic) ? ControllerAnnouncement.ANNOUNCED_BY : family;
    }
}
