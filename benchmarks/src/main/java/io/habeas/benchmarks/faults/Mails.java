// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the mail sink, enters every mail into the ledger once, and finds the codes. Safe for use by many threads. */
final class Mails implements AutoCloseable {

    private static final Map<String, String> OCCASIONS = new LinkedHashMap<>();

    static {
        OCCASIONS.put("We have received your request", "RECEIVED");
        OCCASIONS.put("Your code for the request", "CODE");
        OCCASIONS.put("Please confirm", "CONFIRM_ERASURE");
        OCCASIONS.put("The answer to your request", "ANSWERED");
        OCCASIONS.put("identity was not proved", "NOT_VERIFIED");
        OCCASIONS.put("was taken back", "WITHDRAWN");
        OCCASIONS.put("has lapsed", "LAPSED");
    }

    private static final Pattern REFERENCE = Pattern.compile("HB-[0-9A-Z]{4}-[0-9A-Z]{4}");
    private static final Pattern CODE = Pattern.compile("(?m)^\\W*(\\d{4}-\\d{4})\\W*$");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String base;
    private final Ledger ledger;
    private final Map<String, String> codes = new ConcurrentHashMap<>();
    private int last;

    Mails(int port, Ledger ledger) {
        this.base = "http://127.0.0.1:" + port;
        this.ledger = ledger;
    }

    /** Takes in what arrived since. */
    synchronized void look() throws IOException, InterruptedException {
        for (var mail : get("/api/messages?after=" + last)) {
            int number = mail.path("n").asInt();
            var subject = mail.path("subject").asString("");
            var found = REFERENCE.matcher(subject);
            var reference = found.find() ? found.group() : "";
            var occasion = occasion(subject);
            if (occasion.equals("CODE")) {
                var code =
                        CODE.matcher(get("/api/messages/" + number).path("text").asString(""));
                if (code.find()) {
                    codes.put(reference, code.group(1));
                }
            }
            ledger.write(
                    LedgerEntry.mail(reference, occasion, mail.path("messageId").asString("")));
            last = Math.max(last, number);
        }
    }

    @Nullable
    String newestCode(String reference) throws IOException, InterruptedException {
        look();
        return codes.get(reference);
    }

    static String occasion(String subject) {
        return OCCASIONS.entrySet().stream()
                .filter(known -> subject.contains(known.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("OTHER");
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(20))
                .build();
        return JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    @Override
    public void close() {
        http.close();
    }
}
