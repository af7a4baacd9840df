// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector;

import java.util.List;
import java.util.Map;

/** Makes connectors of one kind; found through {@link java.util.ServiceLoader}. */
public interface ConnectorFactory {

    /** The name used in a data map, such as {@code postgres}. */
    String kind();

    /** The settings it understands under {@code connection}; anything else in a data map is refused by name. */
    List<Setting> settings();

    /**
     * Opens no connection yet: a store that is down must not keep the service from starting.
     *
     * @param settings by name, secrets already resolved
     * @throws IllegalArgumentException if a setting is missing or does not fit; the message names it
     */
    Connector create(Map<String, String> settings);

    /** @param secret whether the value must be a reference to a secret, and is never shown */
    record Setting(String name, boolean required, boolean secret) {}
}
