// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.clocks;

import io.habeas.request.lifecycle.RequestCommand.RunOut;
import io.habeas.request.lifecycle.Requests;
import io.habeas.sealeddata.KeyService;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.jspecify.annotations.NullMarked;

/**
 * One copy of the worker that does what is due, with the table and the claims of the service; only what a request does with the command is left to
 * the benchmark. It lies in the package of what it measures, as a test does.
 */
@NullMarked
public final class DueCopy {

    /** As the service rests when nothing is due. */
    private static final Duration REST = Duration.ofMillis(150);

    private final DueWork work;

    /** @param fired gets each command that a clock has run out; what it throws is tried again */
    public DueCopy(DataSource dataSource, InstantSource legalTime, Consumer<RunOut> fired) {
        var bus = SimpleCommandBus.builder().build();
        bus.subscribe(RunOut.class.getName(), message -> {
            fired.accept((RunOut) message.getPayload());
            return null;
        });
        var gateway = DefaultCommandGateway.builder().commandBus(bus).build();
        this.work = new DueWork(
                new DueTable(dataSource), new Requests(gateway, legalTime), _ -> false, noKeys(), legalTime);
    }

    /** No row of the benchmark asks for a key. */
    private static KeyService noKeys() {
        return (KeyService) Proxy.newProxyInstance(
                DueCopy.class.getClassLoader(), new Class<?>[] {KeyService.class}, (_, method, _) -> {
                    throw new IllegalStateException(method.getName() + " is not part of this");
                });
    }

    /** Works until it is interrupted, as the loop of the service does. */
    public void work() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                if (!work.once()) {
                    LockSupport.parkNanos(REST.toNanos());
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
