// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.mail;

import com.sun.net.httpserver.HttpExchange;
import io.habeas.quickstart.web.LocalServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code /} for a reader; {@code /api/messages?after=n}, {@code /api/messages/n} and {@code /api/messages/n/raw} for a program. */
final class MailPages implements AutoCloseable {

    private static final Pattern ONE = Pattern.compile("/(?:api/)?messages/(\\d{1,9})(/raw)?");
    private static final Pattern AFTER = Pattern.compile("after=(\\d{1,9})");
    private static final int LISTED = 200;

    private final MailStore store;
    private final LocalServer server;

    MailPages(MailStore store, int port) throws IOException {
        this.store = store;
        server = new LocalServer(port);
        server.on("/api/messages", this::api);
        server.on("/messages", this::one);
        server.on("/", this::list);
        server.start();
    }

    private void api(HttpExchange exchange) throws IOException {
        Matcher one = ONE.matcher(exchange.getRequestURI().getPath());
        if (!one.matches()) {
            Matcher after =
                    AFTER.matcher(String.valueOf(exchange.getRequestURI().getQuery()));
            LocalServer.json(exchange, 200, store.after(after.find() ? Integer.parseInt(after.group(1)) : 0));
            return;
        }
        int number = Integer.parseInt(one.group(1));
        if (store.find(number).isEmpty()) {
            LocalServer.json(exchange, 404, Map.of("error", "there is no mail " + number));
        } else if (one.group(2) != null) {
            LocalServer.send(exchange, 200, "message/rfc822", store.raw(number));
        } else {
            LocalServer.json(exchange, 200, whole(store.find(number).orElseThrow()));
        }
    }

    private Map<String, Object> whole(Mail mail) throws IOException {
        var message = store.parsed(mail.n());
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("n", mail.n());
        whole.put("receivedAt", mail.receivedAt().toString());
        whole.put("from", mail.from());
        whole.put("to", mail.to());
        whole.put("subject", mail.subject());
        whole.put("messageId", String.valueOf(mail.messageId()));
        whole.put("language", String.valueOf(mail.language()));
        String text = MailText.of(message, "text/plain");
        String html = MailText.of(message, "text/html");
        whole.put("text", text == null ? "" : text);
        if (html != null) {
            whole.put("html", html);
        }
        return whole;
    }

    private void one(HttpExchange exchange) throws IOException {
        Matcher one = ONE.matcher(exchange.getRequestURI().getPath());
        var mail = one.matches() ? store.find(Integer.parseInt(one.group(1))) : Optional.<Mail>empty();
        if (mail.isEmpty()) {
            LocalServer.send(exchange, 404, "text/plain", "there is no such mail".getBytes(StandardCharsets.UTF_8));
            return;
        }
        String text = MailText.of(store.parsed(mail.get().n()), "text/plain");
        LocalServer.html(exchange, page("""
                <p><a href="/">all mails</a></p>
                <h1>%s</h1>
                <p>from %s<br>to %s<br>%s</p>
                <pre>%s</pre>""".formatted(
                        escaped(mail.get().subject()),
                        escaped(mail.get().from()),
                        escaped(String.join(", ", mail.get().to())),
                        mail.get().receivedAt(),
                        escaped(text == null ? "(no text)" : text))));
    }

    private void list(HttpExchange exchange) throws IOException {
        List<Mail> all = store.after(0);
        String rows = all.stream()
                .sorted(Comparator.comparingInt(Mail::n).reversed())
                .limit(LISTED)
                .map(it -> "<tr><td>%d<td>%s<td>%s<td><a href=\"/messages/%d\">%s</a>"
                        .formatted(
                                it.n(),
                                it.receivedAt(),
                                escaped(String.join(", ", it.to())),
                                it.n(),
                                escaped(it.subject())))
                .collect(Collectors.joining("\n"));
        LocalServer.html(exchange, page("""
                <h1>Mails</h1>
                <p>%d kept; none leaves this machine. As JSON: <a href="/api/messages">/api/messages</a></p>
                <table><tr><th>n<th>received<th>to<th>subject
                %s</table>""".formatted(all.size(), rows)));
    }

    private static String page(String body) {
        return """
                <!doctype html><html lang="en"><meta charset="utf-8"><title>Mails</title>
                <style>body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
                td,th{text-align:left;padding:.2rem 1rem .2rem 0}pre{white-space:pre-wrap;font:inherit}</style>
                %s</html>""".formatted(body);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    @Override
    public void close() {
        server.close();
    }
}
