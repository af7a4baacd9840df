// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.control;

import io.habeas.quickstart.issuer.Tokens;
import io.habeas.quickstart.processes.Child;
import io.habeas.quickstart.processes.Children;
import io.habeas.quickstart.settings.Copy;
import io.habeas.quickstart.settings.Home;
import io.habeas.quickstart.settings.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/** Moves legal time forward in every service, and tells those that are started later. It never goes back. */
public final class LegalTime {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Home home;
    private final Ports ports;
    private final Tokens tokens;
    private final Children children;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    public LegalTime(Home home, Ports ports, Tokens tokens, Children children) {
        this.home = home;
        this.ports = ports;
        this.tokens = tokens;
        this.children = children;
    }

    /** How far legal time is ahead of the machine's; kept over restarts, for it was law once. */
    public static Duration offsetIn(Home home) {
        try {
            Path file = fileIn(home);
            return Files.exists(file) ? Duration.parse(Files.readString(file).strip()) : Duration.ZERO;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Path fileIn(Home home) {
        return home.data("legal-time-offset");
    }

    /** @return the whole offset, when every service has it; one that is down gets it at its start */
    synchronized Duration advance(Duration by) throws IOException, InterruptedException {
        if (by.isNegative()) {
            throw new IllegalArgumentException("legal time moves forward only");
        }
        Duration offset = offsetIn(home).plus(by);
        Path fresh = Files.writeString(home.data("legal-time-offset.new"), offset.toString());
        Files.move(fresh, fileIn(home), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        for (Child child : children.all()) {
            var copy = Copy.named(child.name());
            if (copy.isPresent() && copy.get().service().isInner()) {
                tell(copy.get(), child, offset);
            }
        }
        return offset;
    }

    private void tell(Copy copy, Child child, Duration offset) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            if (!child.isAlive()) {
                return;
            }
            try {
                var answer = post(copy, "/internal/v1/time", "{\"offset\":\"" + offset + "\"}");
                if (answer.statusCode() == 200) {
                    return;
                }
                throw new IllegalStateException(
                        copy.name() + " answered " + answer.statusCode() + ": " + answer.body());
            } catch (IOException notUp) {
                Thread.sleep(100);
            }
        }
        throw new IllegalStateException(copy.name() + " did not take the new legal time");
    }

    /** Calls a service as the launcher, which is one of the services' own. */
    HttpResponse<String> post(Copy copy, String path, String body) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(ports.urlOf(copy) + path))
                        .timeout(Duration.ofSeconds(20))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + tokens.sign("launcher", List.of("service"), List.of()))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
