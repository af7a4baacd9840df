// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.http;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import io.habeas.connector.Notifying;
import io.habeas.connector.Notifying.Answer;
import io.habeas.connector.Notifying.Identifier;
import io.habeas.connector.Notifying.Message;
import io.habeas.connector.Notifying.Notice;
import io.habeas.connector.OutboundNetworks;
import io.habeas.connector.RecipientFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HttpRecipientTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final OutboundNetworks LOCAL = OutboundNetworks.allowing(List.of("127.0.0.1/32"));
    private static final InstantSource REAL = InstantSource.system();

    private static WireMockServer server;

    private final UUID id = UUID.randomUUID();
    /** Longer than this machine stands still. */
    private Duration patience = Duration.ofMinutes(1);

    @BeforeAll
    static void open() {
        server = new WireMockServer(
                options().bindAddress("127.0.0.1").dynamicPort().dynamicHttpsPort());
        server.start();
    }

    @AfterAll
    static void close() {
        server.stop();
    }

    @BeforeEach
    void fresh() {
        server.resetAll();
    }

    private static Notifying recipient(String endpoint) {
        return new HttpRecipientFactory().create(endpoint, SECRET, LOCAL);
    }

    private static Notifying recipient() {
        return recipient("http://127.0.0.1:" + server.port() + "/privacy");
    }

    private Notice notice() {
        return new Notice(
                id,
                "ERASURE",
                "acme",
                List.of(new Identifier("EMAIL", "ada@example.org")),
                URI.create("https://habeas.example/api/v1/recipients/" + id + "/answers"),
                0,
                REAL.instant().plus(patience));
    }

    private static void answers(int status, String body) {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(status).withBody(body)));
    }

    private static void answersSigned(UUID id, String secret, Instant at, String body) {
        var response = aResponse().withStatus(200).withBody(body);
        new Signing(secret)
                .headers(id.toString(), at, body.getBytes(StandardCharsets.UTF_8))
                .forEach(response::withHeader);
        server.stubFor(any(anyUrl()).willReturn(response));
    }

    private static String done(UUID id) {
        return "{\"taskId\":\"" + id + "\",\"status\":\"done\"}";
    }

    private void failsWith(Category category, Notifying recipient) {
        assertThatThrownBy(() -> recipient.tell(notice()))
                .isInstanceOfSatisfying(ConnectorException.class, said -> assertThat(said.category())
                        .isEqualTo(category))
                .hasMessageNotContaining("ada@example.org")
                .hasMessageNotContaining(SECRET);
    }

    @Test
    void is_found_by_the_service_loader() {
        assertThat(ServiceLoader.load(RecipientFactory.class))
                .extracting(RecipientFactory::kind)
                .containsExactly("http");
    }

    @Test
    void signs_as_the_specification_of_standard_webhooks_does() {
        var body = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);

        assertThat(new Signing(SECRET).headers("msg_p5jXN8AQM9LWM0D4loKWxJek", Instant.ofEpochSecond(1614265330), body))
                .containsEntry("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void tells_what_is_to_be_done_about_whom_under_a_stable_id() throws ConnectorException {
        answersSigned(id, SECRET, REAL.instant(), done(id));

        assertThat(recipient().tell(notice())).isInstanceOf(Answer.Done.class);
        assertThat(recipient().tell(notice())).isInstanceOf(Answer.Done.class);

        var told = server.findAll(postRequestedFor(urlEqualTo("/privacy")));
        assertThat(told).hasSize(2).allSatisfy(request -> {
            assertThat(request.getHeader("webhook-id")).isEqualTo(id.toString());
            assertThat(request.getBodyAsString()).contains("ada@example.org", id.toString(), "\"right\":\"ERASURE\"");
            assertThat(recipient()
                            .isSigned(
                                    new Message(
                                            request.getHeader("webhook-id"),
                                            request.getHeader("webhook-timestamp"),
                                            request.getHeader("webhook-signature"),
                                            request.getBody()),
                                    REAL.instant()))
                    .isTrue();
        });
    }

    @Test
    @DisplayName("S53, F44: what nobody signed is no confirmation")
    void what_nobody_signed_is_no_confirmation() throws ConnectorException {
        answers(200, done(id));
        assertThat(recipient().tell(notice())).isInstanceOf(Answer.Accepted.class);

        answersSigned(id, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", REAL.instant(), done(id));
        assertThat(recipient().tell(notice())).isInstanceOf(Answer.Accepted.class);

        answersSigned(id, SECRET, REAL.instant().minusSeconds(301), done(id));
        assertThat(recipient().tell(notice())).isInstanceOf(Answer.Accepted.class);

        answersSigned(id, SECRET, REAL.instant(), done(UUID.randomUUID()));
        assertThat(recipient().tell(notice())).isInstanceOf(Answer.Accepted.class);

        answersSigned(id, SECRET, REAL.instant(), "<html>done</html>");
        assertThat(recipient().tell(notice())).isInstanceOf(Answer.Accepted.class);

        server.stubFor(any(anyUrl()).willReturn(aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK)));
        assertThat(recipient().tell(notice())).isInstanceOf(Answer.Accepted.class);
    }

    @Test
    void a_recipient_may_refuse_and_be_asked_how_far_it_is() throws ConnectorException {
        answersSigned(id, SECRET, REAL.instant(), "{\"taskId\":\"" + id + "\",\"status\":\"refused\"}");
        assertThat(recipient().ask(id, REAL.instant().plus(patience))).isInstanceOf(Answer.Refused.class);
        assertThat(server.getAllServeEvents().getFirst().getRequest().getUrl()).isEqualTo("/privacy/" + id);

        answers(404, "");
        assertThat(recipient().ask(id, REAL.instant().plus(patience))).isInstanceOf(Answer.CannotBeAsked.class);
    }

    @Test
    @DisplayName("F37: an overloaded recipient says when it can be told again")
    void an_overloaded_recipient_says_when_it_can_be_told_again() throws ConnectorException {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(429).withHeader("Retry-After", "120")));
        assertThat(recipient().tell(notice())).isEqualTo(new Answer.Later(Duration.ofMinutes(2)));

        answers(500, "");
        failsWith(Category.TRY_AGAIN, recipient());

        answers(400, "");
        failsWith(Category.FIX_CONFIGURATION, recipient());
    }

    @Test
    @DisplayName("S51: a redirect is not followed")
    void a_redirect_is_not_followed() {
        server.stubFor(any(anyUrl())
                .willReturn(aResponse()
                        .withStatus(307)
                        .withHeader("Location", "http://127.0.0.1:" + server.port() + "/elsewhere")));

        failsWith(Category.FIX_CONFIGURATION, recipient());

        assertThat(server.getAllServeEvents()).hasSize(1);
    }

    @Test
    @DisplayName("F39: slow answers, trickles and endless bodies come to an end")
    void slow_answers_trickles_and_endless_bodies_come_to_an_end() throws IOException {
        patience = Duration.ofSeconds(3);
        server.stubFor(any(anyUrl()).willReturn(aResponse().withFixedDelay(30_000)));
        failsWith(Category.TRY_AGAIN, recipient());

        server.stubFor(
                any(anyUrl()).willReturn(aResponse().withBody("x".repeat(60)).withChunkedDribbleDelay(60, 60_000)));
        failsWith(Category.TRY_AGAIN, recipient());

        try (var endless = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> pour(endless));
            failsWith(Category.TRY_AGAIN, recipient("http://127.0.0.1:" + endless.getLocalPort() + "/"));
        }
    }

    private static void pour(ServerSocket server) {
        try (Socket socket = server.accept()) {
            var out = socket.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write(new byte[4096]);
            }
        } catch (IOException closed) {
            // the other side has had enough
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", "RANDOM_DATA_THEN_CLOSE"})
    @DisplayName("F40: a broken connection leaves the outcome open")
    void a_broken_connection_leaves_the_outcome_open(Fault fault) {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withFault(fault)));

        failsWith(Category.TRY_AGAIN, recipient());
    }

    @Test
    @DisplayName("S54: a certificate that nobody vouches for is refused")
    void a_certificate_that_nobody_vouches_for_is_refused() {
        answers(200, "");

        failsWith(Category.TRY_AGAIN, recipient("https://127.0.0.1:" + server.httpsPort() + "/privacy"));

        assertThat(server.getAllServeEvents()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/",
                "https://[::1]/",
                "https://169.254.169.254/latest",
                "https://10.1.2.3/",
                "https://172.16.0.1/",
                "https://192.168.1.1/",
                "https://100.64.0.1/",
                "https://[fc00::1]/",
                "https://[fe80::1]/",
                "https://[fe80::1%25eth0]/",
                "https://[ff02::1]/",
                "https://[::]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[64:ff9b::7f00:1]/",
                "https://[2002:7f00:1::]/",
                "https://224.0.0.1/",
                "https://255.255.255.255/",
                "https://0.0.0.0/",
                "https://0/",
                "https://2130706433/",
                "https://0x7f000001/",
                "https://0177.0.0.1/",
                "https://127.1/",
                "https://localhost/",
                "https://a.localhost/",
                "https://kubernetes/",
                "https://user@mailer.example/",
                "https://user:password@mailer.example/",
                "https://mailer.example@127.0.0.1/",
                "http://mailer.example/",
                "http://93.184.215.14/",
                "file:///etc/passwd",
                "gopher://mailer.example/",
                "jar:https://mailer.example/!/",
                "unix:/var/run/docker.sock",
                "https:///privacy",
                "//mailer.example/",
                "https://mailer.example/?to=1",
                "https://mailer.example/#there",
                "https://mailer .example/",
                "mailer"
            })
    @DisplayName("S49: an address inside is refused when it is written down")
    void an_address_inside_is_refused_when_it_is_written_down(String address) {
        assertThat(OutboundNetworks.publicAlone().refusal(address)).isPresent();
        assertThatThrownBy(() -> new HttpRecipientFactory().create(address, SECRET, OutboundNetworks.publicAlone()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://mailer.example/privacy", "https://93.184.215.14/", "https://[2606:4700::1111]:8443/x"})
    void a_public_address_is_taken(String address) {
        assertThat(OutboundNetworks.publicAlone().refusal(address)).isEmpty();
    }

    @Test
    void a_network_that_was_opened_is_that_network_alone() {
        assertThat(LOCAL.refusal("http://127.0.0.1:8026/")).isEmpty();
        assertThat(LOCAL.refusal("http://127.0.0.2:8026/")).isPresent();
        assertThat(LOCAL.refusal("https://10.0.0.1/")).isPresent();
        assertThat(LOCAL.refusal("http://mailer.example/")).isPresent();
        assertThatThrownBy(() -> OutboundNetworks.allowing(List.of("localhost")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("S49: a name that leads inside is refused when it is called")
    void a_name_that_leads_inside_is_refused_when_it_is_called() throws IOException {
        var self = InetAddress.getLoopbackAddress();
        assertThat(OutboundNetworks.publicAlone().mayBeReached(self)).isFalse();
        assertThat(OutboundNetworks.publicAlone()
                        .mayBeReached(InetAddress.getByAddress("mailer.example", new byte[] {10, 0, 0, 1})))
                .isFalse();
        var exchange = new Exchange(OutboundNetworks.publicAlone(), _ -> new InetAddress[] {self});

        assertThatThrownBy(() -> exchange.send(
                        "GET",
                        URI.create("https://mailer.example:" + server.httpsPort() + "/"),
                        Map.of(),
                        new byte[0],
                        REAL.instant().plus(patience)))
                .isInstanceOf(ConnectorException.class)
                .hasMessageContaining("not public");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret", "whsec_", "whsec_AAAA", "whsec_****"})
    void a_weak_secret_is_refused_without_being_quoted(String weak) {
        assertThatThrownBy(() -> new HttpRecipientFactory().create("https://mailer.example/", weak, LOCAL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("secret: ");
    }
}
