// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.mail;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MailSinkTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-01T08:00:00Z"), ZoneOffset.UTC);

    @TempDir
    private Path folder;

    private int smtp;
    private int page;
    private MailSink sink;
    private HttpClient client;

    @BeforeEach
    void open() throws Exception {
        try (var one = new ServerSocket(0);
                var other = new ServerSocket(0)) {
            smtp = one.getLocalPort();
            page = other.getLocalPort();
        }
        client = HttpClient.newHttpClient();
        sink = new MailSink(folder, smtp, page, CLOCK);
    }

    @AfterEach
    void close() {
        client.close();
        sink.close();
    }

    @Test
    void a_mail_can_be_read_as_it_was_written() throws Exception {
        send("ada@example.org", "您的请求", "代码\n1234-5678\n");

        JsonNode mail = JsonMapper.shared().readTree(get("/api/messages/1"));
        assertThat(mail.path("subject").asString()).isEqualTo("您的请求");
        assertThat(mail.path("text").asString().lines()).containsExactly("代码", "1234-5678");
        assertThat(mail.path("to").path(0).asString()).isEqualTo("ada@example.org");
        assertThat(mail.path("messageId").asString()).isNotBlank();
    }

    @Test
    void mails_outlive_the_sink_and_the_count_goes_on() throws Exception {
        send("ada@example.org", "one", "1");
        sink.close();
        sink = new MailSink(folder, smtp, page, CLOCK);
        send("bob@example.org", "two", "2");

        JsonNode all = JsonMapper.shared().readTree(get("/api/messages"));
        assertThat(all).extracting(it -> it.path("subject").asString()).containsExactly("one", "two");
        assertThat(all).extracting(it -> it.path("n").asInt()).containsExactly(1, 2);
        assertThat(JsonMapper.shared().readTree(get("/api/messages?after=1"))).hasSize(1);
    }

    @Test
    void what_a_mail_says_is_text_on_the_page_and_nothing_more() throws Exception {
        send("ada@example.org", "<script>alert(1)</script>", "<img src=x>");

        assertThat(get("/")).contains("&lt;script&gt;").doesNotContain("<script>");
        assertThat(get("/messages/1")).contains("&lt;img").doesNotContain("<img");
    }

    private void send(String to, String subject, String text) throws Exception {
        var settings = new Properties();
        settings.put("mail.smtp.host", "127.0.0.1");
        settings.put("mail.smtp.port", Integer.toString(smtp));
        var message = new MimeMessage(Session.getInstance(settings));
        message.setFrom(new InternetAddress("privacy@smallrig.example"));
        message.setRecipient(Message.RecipientType.TO, new InternetAddress(to));
        message.setSubject(subject, "UTF-8");
        message.setText(text, "UTF-8");
        Transport.send(message);
    }

    private String get(String path) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + page + path))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }
}
