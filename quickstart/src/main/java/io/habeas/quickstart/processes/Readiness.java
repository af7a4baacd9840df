// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.processes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Waits until a child does what it is there for, and says why when it does not. */
public final class Readiness {

    private static final Duration PATIENCE = Duration.ofSeconds(300);
    private static final int STARTS = 4;
    private static final int LOOKS_A_SECOND = 10;
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    private interface Question {
        boolean answered() throws IOException, InterruptedException;
    }

    private Readiness() {}

    /** Until {@code /actuator/health/readiness} says UP. */
    public static void await(int managementPort, Child child) throws InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness"))
                .timeout(Duration.ofSeconds(5))
                .build();
        await(
                child,
                () -> CLIENT.send(request, HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200);
    }

    public static boolean isReady(int managementPort) {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness"))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException away) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    public static void awaitPort(int port, Child child) throws InterruptedException {
        await(child, () -> {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return true;
            }
        });
    }

    private static void await(Child child, Question question) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end && child.starts() < STARTS) {
            try {
                if (question.answered()) {
                    return;
                }
            } catch (IOException notYet) {
                // it listens later
            }
            Thread.sleep(1000 / LOOKS_A_SECOND);
        }
        throw new IllegalStateException(child.name() + " does not become ready. The end of its log:\n    "
                + String.join("\n    ", child.lastLines()));
    }
}
