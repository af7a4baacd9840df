// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Everything that reached the mail sink, as it arrived. */
final class Mailbox {

    /** One mail. */
    record Letter(int number, String to, String subject, String messageId, String text) {
        @Override
        public String toString() {
            return "Letter " + number + " [" + subject + "]";
        }
    }

    /** By what the reader of a subject line recognises a letter, in either language. */
    private static final Map<String, Pattern> OCCASIONS = Map.ofEntries(
            Map.entry("RECEIVED", Pattern.compile("We have received your request|我们已收到您的请求")),
            Map.entry("CODE", Pattern.compile("Your code for the request|的验证码")),
            Map.entry("STATEMENT", Pattern.compile("send your request in writing|以书面形式提出")),
            Map.entry("CONFIRM_ERASURE", Pattern.compile("Please confirm|请确认")),
            Map.entry("HOLD", Pattern.compile("Nothing is deleted before|之前不会删除")),
            Map.entry("ANSWERED", Pattern.compile("The answer to your request|的答复")),
            Map.entry("NOT_VERIFIED", Pattern.compile("identity was not proved|身份未经验证")),
            Map.entry("WITHDRAWN", Pattern.compile("was taken back|已撤回")),
            Map.entry("LAPSED", Pattern.compile("has lapsed|已失效")),
            Map.entry("REFUSED", Pattern.compile("The decision on your request|的决定")),
            Map.entry("DETAILS_ASKED", Pattern.compile("We need more details|需要补充说明")),
            Map.entry("FEE", Pattern.compile("may cost something|可能需要费用")),
            Map.entry("COMPLAINT_ANSWERED", Pattern.compile("The answer to your complaint|的投诉的回复")),
            Map.entry("NO_REQUEST", Pattern.compile("Your message|您的来信")),
            Map.entry("EXTENDED", Pattern.compile("takes longer|答复期限延长")));

    private static final Pattern CODE = Pattern.compile("(?m)^\\W*(\\d{4}-\\d{4})\\W*$");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String base;
    private final Map<Integer, Letter> known = new TreeMap<>();

    Mailbox(String base) {
        this.base = base;
    }

    synchronized List<Letter> all(String address) {
        int last = known.isEmpty() ? 0 : ((TreeMap<Integer, Letter>) known).lastKey();
        for (var mail : get("/api/messages?after=" + last)) {
            int number = mail.path("n").asInt();
            var whole = get("/api/messages/" + number);
            known.put(
                    number,
                    new Letter(
                            number,
                            whole.at("/to/0").asString(""),
                            whole.path("subject").asString(""),
                            whole.path("messageId").asString(""),
                            whole.path("text").asString("")));
        }
        return known.values().stream()
                .filter(letter -> letter.to().toLowerCase(Locale.ROOT).contains(address.toLowerCase(Locale.ROOT)))
                .toList();
    }

    List<Letter> letters(String address, String reference, String occasion) {
        var pattern = java.util.Objects.requireNonNull(OCCASIONS.get(occasion), occasion);
        return all(address).stream()
                .filter(letter -> letter.subject().contains(reference)
                        && pattern.matcher(letter.subject()).find())
                .toList();
    }

    /** How many there are; one that was sent again since nobody knew whether it had left is the same letter. */
    long different(String address, String reference, String occasion) {
        return letters(address, reference, occasion).stream()
                .map(Letter::messageId)
                .distinct()
                .count();
    }

    Letter awaitLetter(String address, String reference, String occasion) {
        return await("letter " + occasion + " for " + reference)
                .atMost(Journey.PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> letters(address, reference, occasion), letters -> !letters.isEmpty())
                .getLast();
    }

    @Nullable
    String newestCode(String address, String reference) {
        var letters = letters(address, reference, "CODE");
        if (letters.isEmpty()) {
            return null;
        }
        var found = CODE.matcher(letters.getLast().text());
        return found.find() ? found.group(1) : null;
    }

    private JsonNode get(String path) {
        var request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(10))
                .build();
        try {
            return JSON.readTree(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException lost) {
            throw new java.io.UncheckedIOException(lost);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
