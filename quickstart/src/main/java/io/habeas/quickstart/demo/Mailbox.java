// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The mails of one person, read from the sink. */
final class Mailbox {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final String sink;
    private final String address;
    private final JsonMapper json = JsonMapper.builder().build();
    private final HttpClient client = HttpClient.newHttpClient();

    Mailbox(String sink, String address) {
        this.sink = sink;
        this.address = address;
    }

    /** The number of the newest mail, for {@link #await}. */
    int newest() throws IOException, InterruptedException {
        int newest = 0;
        for (JsonNode mail : get("/api/messages")) {
            newest = Math.max(newest, mail.path("n").asInt());
        }
        return newest;
    }

    /** @return the text of the first mail after that number that is to this person and that fits */
    String await(int after, String what, Predicate<String> fits) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        int seen = after;
        while (System.nanoTime() < end) {
            for (JsonNode mail : get("/api/messages?after=" + seen)) {
                seen = mail.path("n").asInt();
                if (isToThisPerson(mail)) {
                    JsonNode whole = get("/api/messages/" + seen);
                    String text = "Subject: " + whole.path("subject").asString() + "\n\n"
                            + whole.path("text").asString();
                    if (fits.test(text)) {
                        return text;
                    }
                }
            }
            Thread.sleep(PAUSE);
        }
        throw new DemoException("no " + what + " came within " + PATIENCE.toSeconds() + " s; see " + sink);
    }

    private boolean isToThisPerson(JsonNode mail) {
        for (JsonNode to : mail.path("to")) {
            if (to.asString().equalsIgnoreCase(address)) {
                return true;
            }
        }
        return false;
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return json.readTree(client.send(
                        HttpRequest.newBuilder(URI.create(sink + path)).build(), HttpResponse.BodyHandlers.ofString())
                .body());
    }
}
