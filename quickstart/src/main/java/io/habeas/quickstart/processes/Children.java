// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.processes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** All child processes of one launcher. */
public final class Children implements AutoCloseable {

    private final Map<String, Child> children = new LinkedHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("children").factory());
    private final Consumer<String> say;

    public Children(Consumer<String> say) {
        this.say = say;
    }

    /** Adds a child that does not run yet, and ends the one of the same name that an earlier launcher left behind. */
    public Child add(ProcessSpec spec) throws IOException {
        var child = new Child(spec, timer, say);
        child.endLeftBehind();
        children.put(spec.name(), child);
        return child;
    }

    public Collection<Child> all() {
        return List.copyOf(children.values());
    }

    /** @throws IllegalArgumentException naming those there are */
    public Child named(String name) {
        Child child = children.get(name);
        if (child == null) {
            throw new IllegalArgumentException("no process is called that; there are " + children.keySet());
        }
        return child;
    }

    /** Ends all, those that were added last first and the services side by side; the broker goes last. */
    @Override
    public void close() {
        List<Child> rest = new ArrayList<>(children.values());
        timer.shutdownNow();
        if (rest.isEmpty()) {
            return;
        }
        Child first = rest.removeFirst();
        List<Thread> ending = rest.reversed().stream()
                .map(it -> Thread.ofVirtual().start(it::end))
                .toList();
        for (Thread thread : ending) {
            try {
                thread.join();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
        first.end();
    }
}
