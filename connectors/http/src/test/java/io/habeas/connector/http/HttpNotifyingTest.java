// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.http;

import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import io.habeas.connector.Notifying;
import io.habeas.connector.Notifying.Message;
import io.habeas.connector.OutboundNetworks;
import io.habeas.connector.testkit.NotifyingConformance;
import io.habeas.connector.testkit.RecipientUnderTest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HttpNotifyingTest extends NotifyingConformance {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    private static final InstantSource REAL = InstantSource.system();

    private static Scripted scripted;

    @BeforeAll
    static void open() {
        scripted = new Scripted();
    }

    @AfterAll
    static void close() {
        scripted.server.stop();
    }

    @Override
    protected RecipientUnderTest recipient() {
        return scripted;
    }

    /** Answers by the notice that the call is about, which only a transformer can know. */
    private static final class Scripted implements RecipientUnderTest, ResponseDefinitionTransformerV2 {

        private final WireMockServer server;
        private volatile Behavior behavior = Behavior.TAKEN;

        Scripted() {
            server = new WireMockServer(
                    options().bindAddress("127.0.0.1").dynamicPort().extensions(this));
            server.start();
            server.stubFor(WireMock.any(WireMock.anyUrl()).willReturn(WireMock.aResponse()));
        }

        @Override
        public String getName() {
            return "recipient";
        }

        @Override
        public ResponseDefinition transform(ServeEvent event) {
            var notice = UUID.fromString(event.getRequest().getHeader("webhook-id"));
            var now = REAL.instant();
            return (switch (behavior) {
                        case DONE -> signed(SECRET, now, said(notice, "done"), notice);
                        case REFUSED -> signed(SECRET, now, said(notice, "refused"), notice);
                        case TAKEN ->
                            ResponseDefinitionBuilder.responseDefinition().withStatus(202);
                        case DONE_UNSIGNED ->
                            ResponseDefinitionBuilder.responseDefinition()
                                    .withStatus(200)
                                    .withBody(said(notice, "done"));
                        case DONE_FORGED -> signed(OTHER, now, said(notice, "done"), notice);
                        case DONE_LONG_AGO -> signed(SECRET, now.minusSeconds(3600), said(notice, "done"), notice);
                        case DONE_WITH_ANOTHER -> signed(SECRET, now, said(UUID.randomUUID(), "done"), notice);
                        case GARBAGE -> signed(SECRET, now, "<html>done</html>", notice);
                        case BUSY ->
                            ResponseDefinitionBuilder.responseDefinition().withStatus(429);
                        case BROKEN ->
                            ResponseDefinitionBuilder.responseDefinition().withStatus(500);
                    })
                    .build();
        }

        private static ResponseDefinitionBuilder signed(String secret, Instant at, String body, UUID notice) {
            var response = ResponseDefinitionBuilder.responseDefinition()
                    .withStatus(200)
                    .withBody(body);
            new Signing(secret)
                    .headers(notice.toString(), at, body.getBytes(StandardCharsets.UTF_8))
                    .forEach(response::withHeader);
            return response;
        }

        private static String said(UUID notice, String status) {
            return "{\"taskId\":\"" + notice + "\",\"status\":\"" + status + "\"}";
        }

        @Override
        public Notifying connector() {
            return connectorAt("127.0.0.1", server.port());
        }

        @Override
        public Notifying connectorAt(String host, int port) {
            return new HttpRecipientFactory()
                    .create(
                            "http://" + host + ":" + port + "/privacy",
                            SECRET,
                            OutboundNetworks.allowing(List.of("127.0.0.1/32")));
        }

        @Override
        public void behave(Behavior next) {
            behavior = next;
            server.resetRequests();
        }

        @Override
        public List<Received> received() {
            return server.getAllServeEvents().reversed().stream()
                    .map(it -> new Received(
                            it.getRequest().getHeader("webhook-id"),
                            it.getRequest().getBodyAsString()))
                    .toList();
        }

        @Override
        public Message answer(UUID notice, Instant at) {
            return message(SECRET, notice, at);
        }

        @Override
        public Message forgedAnswer(UUID notice, Instant at) {
            return message(OTHER, notice, at);
        }

        private static Message message(String secret, UUID notice, Instant at) {
            var body = said(notice, "done").getBytes(StandardCharsets.UTF_8);
            var headers = new Signing(secret).headers("answer-" + notice, at, body);
            return new Message(
                    headers.get(Signing.ID), headers.get(Signing.TIMESTAMP), headers.get(Signing.SIGNATURE), body);
        }

        @Override
        public String secret() {
            return SECRET;
        }
    }
}
