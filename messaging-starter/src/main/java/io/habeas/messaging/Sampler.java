// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Asks every {@link Sample} for its values, one after the other, on a thread of its own. A scrape reads what was found last and
 * waits for nothing. A value that could not be found out, or is four rounds older than it should be, is not a number: an old one would hide
 * that nobody looks.
 */
final class Sampler implements MeterBinder, SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);
    private static final Duration STOP = Duration.ofSeconds(5);
    private static final int ROUNDS_TO_LIVE = 4;

    /** What grows with a table may take a hundredth of the time. */
    private static final int REST_TIMES = 100;

    private static final int MOST_ROUNDS_OF_REST = 8;

    /** @param next when it is asked for again at the earliest */
    private record Found(Map<Tags, ? extends Number> values, long next) {}

    private final List<Sample> samples;
    private final Duration every;
    private final Map<String, Found> found = new ConcurrentHashMap<>();
    private final Set<String> unknown = new HashSet<>();
    private final Semaphore ended = new Semaphore(0);
    private volatile boolean running;
    private @Nullable Thread thread;

    Sampler(List<Sample> samples, Duration every) {
        if (every.compareTo(Duration.ofMillis(10)) < 0) {
            throw new IllegalArgumentException("habeas.metrics.every must be 10ms or longer, not " + every);
        }
        this.samples = List.copyOf(samples);
        this.every = every;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (var sample : samples) {
            for (var row : sample.rows()) {
                Gauge.builder(sample.name(), () -> value(sample, row))
                        .tags(row)
                        .baseUnit(sample.unit().isEmpty() ? null : sample.unit())
                        .description(sample.meaning())
                        .register(registry);
            }
        }
    }

    private Number value(Sample sample, Tags row) {
        var last = found.get(sample.name());
        if (last == null || System.nanoTime() - last.next() > ROUNDS_TO_LIVE * every.toNanos()) {
            return Double.NaN;
        }
        var value = last.values().get(row);
        return value == null ? 0 : value;
    }

    /** One round: each sample once that does not rest. */
    void round() throws InterruptedException {
        for (var sample : samples) {
            if (!running) {
                return;
            }
            var last = found.get(sample.name());
            long began = System.nanoTime();
            if (last != null && began - last.next() < 0) {
                continue;
            }
            try {
                var values = sample.source().read();
                // the first time a connection may have been made for it, and much was not compiled
                long rest = sample.isCostly() && last != null ? restAfter(System.nanoTime() - began) : 0;
                found.put(sample.name(), new Found(values, began + rest));
                unknown.remove(sample.name());
            } catch (InterruptedException stopped) {
                throw stopped;
            } catch (Exception | LinkageError | AssertionError | StackOverflowError away) {
                found.remove(sample.name());
                if (unknown.add(sample.name())) {
                    LOG.atWarn()
                            .addKeyValue("metric", sample.name())
                            .addKeyValue("failure", Failures.describe(away))
                            .log("a metric can not be found out for now");
                }
            }
        }
    }

    private long restAfter(long took) {
        long rest = REST_TIMES * took;
        return rest < every.toNanos() ? 0 : Math.min(rest, MOST_ROUNDS_OF_REST * every.toNanos());
    }

    private void run() {
        try {
            do {
                round();
            } while (!ended.tryAcquire(every.toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void start() {
        running = true;
        thread = Thread.ofVirtual().name("habeas-sampler").start(this::run);
    }

    @Override
    public void stop() {
        running = false;
        ended.release();
        var stopped = thread;
        if (stopped == null) {
            return;
        }
        try {
            if (!stopped.join(STOP)) {
                stopped.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
