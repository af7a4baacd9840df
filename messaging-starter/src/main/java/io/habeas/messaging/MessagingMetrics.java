// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.EventJournal;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;

/** What operations watch. Values that need the database are asked for when a scrape comes, at most once a second. */
final class MessagingMetrics implements MeterBinder {

    private static final long FRESH_NANOS = 1_000_000_000L;

    /** A value that is not asked for too often; not a number while it cannot be had. */
    private static final class Kept implements DoubleSupplier {
        private final DoubleSupplier source;
        private final AtomicLong askedAt = new AtomicLong(System.nanoTime() - FRESH_NANOS);
        private volatile double value = Double.NaN;

        private Kept(DoubleSupplier source) {
            this.source = source;
        }

        @Override
        public double getAsDouble() {
            long last = askedAt.get();
            long now = System.nanoTime();
            if (now - last >= FRESH_NANOS && askedAt.compareAndSet(last, now)) {
                try {
                    value = source.getAsDouble();
                } catch (RuntimeException away) {
                    value = Double.NaN;
                }
            }
            return value;
        }
    }

    private final RelayProgress progress;
    private final EventJournal journal;
    private final ParkedMessages parked;

    MessagingMetrics(RelayProgress progress, EventJournal journal, ParkedMessages parked) {
        this.progress = progress;
        this.journal = journal;
        this.parked = parked;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(
                registry,
                "habeas.relay.lag",
                "seconds",
                "since when events wait for Kafka",
                () -> progress.lag().toMillis() / 1000.0);
        gauge(registry, "habeas.relay.leading", "", "1 in the process that leads", () -> progress.isLeading() ? 1 : 0);
        gauge(
                registry,
                "habeas.messages.parked",
                "messages",
                "messages that wait for an operator",
                new Kept(parked::count));
        gauge(
                registry,
                "habeas.feed.horizon.age",
                "seconds",
                "how long a transaction has held the feed back",
                new Kept(() -> journal.horizonAge().toMillis() / 1000.0));
    }

    private static void gauge(MeterRegistry registry, String name, String unit, String meaning, DoubleSupplier value) {
        Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                .strongReference(true)
                .baseUnit(unit)
                .description(meaning)
                .register(registry);
    }
}
