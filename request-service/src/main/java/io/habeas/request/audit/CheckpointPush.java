// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.audit;

import io.habeas.request.audit.LogStore.Signed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Tells checkpoints to the world outside: a log that is written anew later does not fit what somebody else has kept. The
 * newest is told at most once in a while; what could not be told is tried again, or overtaken by the next.
 */
final class CheckpointPush implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointPush.class);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    /** One way out. */
    private interface Target {
        void tell(Signed checkpoint) throws IOException, InterruptedException;
    }

    private final LogStore store;
    private final AuditProgress progress;
    private final AuditLogProperties.Push settings;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(3))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private volatile boolean running;
    private @Nullable Thread files;
    private @Nullable Thread webhook;

    CheckpointPush(LogStore store, AuditProgress progress, AuditLogProperties.Push settings) {
        this.store = store;
        this.progress = progress;
        this.settings = settings;
    }

    @Override
    public synchronized void start() {
        running = true;
        var directory = settings.directory();
        var address = settings.webhook();
        if (directory != null) {
            files = begin("file", checkpoint -> drop(directory, checkpoint));
        }
        if (address != null) {
            webhook = begin("webhook", checkpoint -> post(address, checkpoint));
        }
    }

    private Thread begin(String name, Target target) {
        return Thread.ofVirtual().name("audit-push-" + name).start(() -> run(name, target));
    }

    @Override
    public synchronized void stop() {
        running = false;
        if (files != null) {
            files.interrupt();
        }
        if (webhook != null) {
            webhook.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void run(String name, Target target) {
        var pause = settings.every();
        try {
            while (running) {
                try {
                    if (progress.isLeading()) {
                        tellNewest(name, target);
                    }
                    pause = settings.every();
                } catch (IOException | RuntimeException | LinkageError | AssertionError | StackOverflowError failed) {
                    LOG.atWarn()
                            .addKeyValue("target", name)
                            .addKeyValue("trouble", failed.getClass().getSimpleName())
                            .log("a checkpoint was not told; it is tried again");
                    pause = longer(pause);
                }
                Thread.sleep(pause);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration longer(Duration pause) {
        var doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }

    private void tellNewest(String name, Target target) throws IOException, InterruptedException {
        var newest = store.latest();
        if (newest.isPresent() && newest.get().size() > store.pushed(name)) {
            target.tell(newest.get());
            store.pushed(name, newest.get().size());
        }
    }

    /** Whole or not at all; named by its size, so that nothing is overwritten. */
    private static void drop(Path directory, Signed checkpoint) throws IOException {
        Files.createDirectories(directory);
        var fresh = Files.createTempFile(directory, ".new", "");
        try {
            Files.writeString(fresh, checkpoint.note(), StandardCharsets.UTF_8, StandardOpenOption.SYNC);
            Files.move(
                    fresh,
                    directory.resolve("%019d.checkpoint".formatted(checkpoint.size())),
                    StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private void post(URI address, Signed checkpoint) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(address)
                .timeout(ANSWER)
                .header("content-type", "text/plain; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString(checkpoint.note()))
                .build();
        var answer = http.send(request, HttpResponse.BodyHandlers.discarding());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException("the webhook for checkpoints answered " + answer.statusCode());
        }
    }
}
