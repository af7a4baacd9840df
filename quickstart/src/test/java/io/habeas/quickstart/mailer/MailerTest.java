// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.mailer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpServer;
import io.habeas.quickstart.web.LocalServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MailerTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final InstantSource REAL = InstantSource.system();

    /** What came in at Habeas' door. */
    private record Answer(Map<String, List<String>> headers, String body) {}

    @TempDir
    private Path folder;

    private final UUID task = UUID.randomUUID();
    private final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private HttpServer habeas;
    private Mailer mailer;
    private int port;

    @BeforeEach
    void open() throws IOException {
        habeas = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        habeas.createContext("/", exchange -> {
            var headers = new HashMap<String, List<String>>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values));
            answers.add(
                    new Answer(headers, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        habeas.start();
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        mailer = new Mailer(new LocalServer(port), folder, SECRET, new Mailer.Door(habeasUrl(), habeasUrl()), true);
        mailer.begin(List.of("Ada@example.org", "bob@example.org"));
    }

    @AfterEach
    void close() {
        mailer.close();
        habeas.stop(0);
    }

    private URI habeasUrl() {
        return URI.create("http://127.0.0.1:" + habeas.getAddress().getPort());
    }

    private String notice(String answerTo) {
        return "{\"taskId\":\"" + task
                + "\",\"right\":\"ERASURE\",\"controller\":\"acme\",\"identifiers\":[{\"kind\":\"EMAIL\","
                + "\"value\":\"ADA@example.org\"}],\"answerTo\":\"" + answerTo + "\",\"reminder\":0}";
    }

    private HttpResponse<String> call(String method, String path, String secret, Instant at, String body)
            throws Exception {
        long seconds = at.getEpochSecond();
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .header("webhook-id", task.toString())
                                .header("webhook-timestamp", Long.toString(seconds))
                                .header("webhook-signature", new Webhook(secret).sign(task.toString(), seconds, body))
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> tell() throws Exception {
        return call(
                "POST",
                "/privacy",
                SECRET,
                REAL.instant(),
                notice(habeasUrl() + "/api/v1/recipients/" + task + "/answers"));
    }

    private List<String> list() throws IOException {
        return Files.readAllLines(folder.resolve("subscribers.txt"));
    }

    @Test
    void acts_on_a_signed_notice_and_answers_by_a_signed_callback() throws Exception {
        assertThat(tell().statusCode()).isEqualTo(202);

        var answer = answers.poll(30, TimeUnit.SECONDS);
        assertThat(answer).isNotNull();
        assertThat(answer.body()).contains(task.toString(), "\"status\":\"done\"");
        new Webhook(SECRET).verify(answer.body(), answer.headers());
        assertThat(list()).containsExactly("bob@example.org");
    }

    @Test
    void says_how_far_it_is_when_it_is_asked_and_remembers_it() throws Exception {
        assertThat(call("GET", "/privacy/" + task, SECRET, REAL.instant(), "").statusCode())
                .isEqualTo(404);
        tell();
        mailer.close();
        mailer = new Mailer(new LocalServer(port), folder, SECRET, new Mailer.Door(habeasUrl(), habeasUrl()), true);
        mailer.begin(List.of("ada@example.org"));

        var said = call("GET", "/privacy/" + task, SECRET, REAL.instant(), "");

        assertThat(said.statusCode()).isEqualTo(200);
        new Webhook(SECRET).verify(said.body(), said.headers().map());
        assertThat(list()).containsExactly("bob@example.org");
    }

    @Test
    void what_the_controller_did_not_sign_changes_nothing() throws Exception {
        String notice = notice(habeasUrl() + "/x");

        assertThat(call("POST", "/privacy", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", REAL.instant(), notice)
                        .statusCode())
                .isEqualTo(401);
        assertThat(call("POST", "/privacy", SECRET, REAL.instant().minusSeconds(400), notice)
                        .statusCode())
                .isEqualTo(401);
        assertThat(call("POST", "/privacy", SECRET, REAL.instant(), notice("http://127.0.0.1:1/x"))
                        .statusCode())
                .isEqualTo(422);

        assertThat(list()).hasSize(2);
        assertThat(answers).isEmpty();
    }

    @Test
    void a_repeat_is_answered_again_under_the_same_id() throws Exception {
        tell();
        tell();

        await().atMost(PATIENCE).until(() -> answers.size() == 2);
        assertThat(answers).extracting(it -> it.headers().get("webhook-id")).containsOnly(List.of("answer-" + task));
    }

    @Test
    void answers_by_the_way_that_leads_to_habeas_from_where_it_stands() throws Exception {
        mailer.close();
        URI outside = URI.create("https://privacy.example.org");
        mailer = new Mailer(new LocalServer(port), folder, SECRET, new Mailer.Door(outside, habeasUrl()), false);

        int status = call(
                        "POST",
                        "/privacy",
                        SECRET,
                        REAL.instant(),
                        notice(outside + "/api/v1/recipients/" + task + "/answers"))
                .statusCode();

        assertThat(status).isEqualTo(202);
        assertThat(answers.poll(30, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void can_be_made_silent_for_tests() throws Exception {
        call("POST", "/mode", SECRET, REAL.instant(), "{\"mode\":\"SILENT\"}");

        assertThat(tell().statusCode()).isEqualTo(202);
        assertThat(list()).hasSize(2);
        assertThat(call("GET", "/privacy/" + task, SECRET, REAL.instant(), "").statusCode())
                .isEqualTo(404);
    }
}
