// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A child process that is started again whenever it ends without being told to, with pauses that grow while it ends soon each time. */
public final class Child {

    static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);
    private static final Duration SETTLED = Duration.ofSeconds(60);
    private static final Duration TIME_TO_STOP = Duration.ofSeconds(20);
    private static final int LINES_TOLD = 25;

    private final ProcessSpec spec;
    private final ScheduledExecutorService timer;
    private final Consumer<String> say;
    private @Nullable Process process;
    private boolean wanted;
    private boolean endExpected;
    private Duration pause = FIRST_PAUSE;
    private long startedAt;
    private int starts;

    Child(ProcessSpec spec, ScheduledExecutorService timer, Consumer<String> say) {
        this.spec = spec;
        this.timer = timer;
        this.say = say;
    }

    public String name() {
        return spec.name();
    }

    public synchronized void start() {
        wanted = true;
        if (process == null || !process.isAlive()) {
            launch();
        }
    }

    private synchronized void launch() {
        if (!wanted) {
            return;
        }
        try {
            Files.createDirectories(spec.log().getParent());
            var builder = new ProcessBuilder(spec.arguments().get())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(spec.log().toFile()))
                    .redirectInput(ProcessBuilder.Redirect.PIPE);
            builder.environment().putAll(spec.environment());
            var launched = builder.start();
            launched.getOutputStream().close();
            Files.writeString(spec.pid(), Long.toString(launched.pid()));
            process = launched;
            startedAt = System.nanoTime();
            starts++;
            launched.onExit().thenAccept(this::ended);
        } catch (IOException failure) {
            throw new UncheckedIOException(spec.name() + " cannot be started", failure);
        }
    }

    private synchronized void ended(Process old) {
        if (!wanted || old != process) {
            return;
        }
        if (endExpected || System.nanoTime() - startedAt > SETTLED.toNanos()) {
            pause = FIRST_PAUSE;
        }
        endExpected = false;
        say.accept(spec.name() + " ended with status " + old.exitValue() + "; it is started again (log: " + spec.log()
                + ")");
        var _ = timer.schedule(this::launch, pause.toMillis(), TimeUnit.MILLISECONDS);
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
    }

    /** As a power cut would; it is started again. */
    public synchronized void kill() {
        var victim = running();
        endExpected = true;
        victim.destroyForcibly();
    }

    /** The next end was asked for, as by a fault point: no sign that it ends soon each time. */
    public synchronized void expectEnd() {
        endExpected = true;
    }

    /** Freezes the process without ending it, until {@link #cont()}. */
    public void stop() {
        signal("STOP");
    }

    public void cont() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int status = new ProcessBuilder(
                            "kill", "-" + name, Long.toString(running().pid()))
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill -" + name + " failed for " + spec.name());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Process running() {
        if (process == null || !process.isAlive()) {
            throw new IllegalArgumentException(spec.name() + " does not run at the moment");
        }
        return process;
    }

    /** Ends it in an orderly way and starts it again. */
    public void restart() {
        end();
        synchronized (this) {
            pause = FIRST_PAUSE;
        }
        start();
    }

    /** Ends it in an orderly way, or by force when it takes too long, and does not start it again. */
    public void end() {
        Process last;
        synchronized (this) {
            wanted = false;
            last = process;
        }
        if (last != null) {
            end(last.toHandle());
        }
    }

    private static void end(ProcessHandle handle) {
        handle.destroy();
        try {
            handle.onExit().get(TIME_TO_STOP.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException tooLong) {
            handle.destroyForcibly();
            handle.onExit().join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            handle.destroyForcibly();
        }
    }

    /** After a kill -9 of the launcher its children live on; they are ended before new ones start. */
    void endLeftBehind() throws IOException {
        if (!Files.exists(spec.pid())) {
            return;
        }
        long pid = Long.parseLong(Files.readString(spec.pid()).strip());
        ProcessHandle.of(pid).filter(it -> isOurs(it, pid)).ifPresent(Child::end);
        Files.delete(spec.pid());
    }

    /** Numbers of processes are used again, so the command line has to be ours too. */
    private boolean isOurs(ProcessHandle handle, long pid) {
        String line = handle.info().commandLine().orElse("");
        if (!line.contains(spec.mark())) {
            try {
                line = Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
            } catch (IOException elsewhere) {
                return false;
            }
        }
        return line.contains(spec.mark());
    }

    public synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    public synchronized long pid() {
        return process == null ? -1 : process.pid();
    }

    public synchronized int starts() {
        return starts;
    }

    /** Between its next end and the start after it. */
    synchronized Duration nextPause() {
        return pause;
    }

    /** The end of its log, for a message about why it does not come up. */
    public List<String> lastLines() {
        try {
            List<String> all =
                    Files.readString(spec.log(), StandardCharsets.UTF_8).lines().toList();
            return new ArrayList<>(all.subList(Math.max(0, all.size() - LINES_TOLD), all.size()));
        } catch (IOException unreadable) {
            return List.of("(no log at " + spec.log() + ")");
        }
    }
}
