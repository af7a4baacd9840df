// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal.axon;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The wire names of a service's events, so that no class name is ever stored. */
public interface EventNames {

    /** Null if the class is no event of this service. */
    @Nullable
    EventName nameOf(Class<?> event);

    /** The class for a name in its current revision, after upcasting; null if there is none. */
    @Nullable
    Class<?> classOf(EventName name);

    /** @throws IllegalArgumentException if two classes share a name */
    static EventNames of(Map<Class<?>, EventName> names) {
        var byClass = Map.copyOf(names);
        var byName = new HashMap<EventName, Class<?>>();
        byClass.forEach((event, name) -> {
            var other = byName.put(name, event);
            if (other != null) {
                throw new IllegalArgumentException(
                        name + " is the name of " + other.getName() + " and of " + event.getName());
            }
        });
        return new EventNames() {
            @Override
            public @Nullable EventName nameOf(Class<?> event) {
                return byClass.get(event);
            }

            @Override
            public @Nullable Class<?> classOf(EventName name) {
                return byName.get(name);
            }
        };
    }
}
