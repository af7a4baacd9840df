// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * What whoever starts the suite wants otherwise: {@code $HABEAS_HOME/overrides/<process>.properties}, if it is there, wins over what the
 * launcher tells that process. A harness puts itself between the processes with it.
 */
public final class Overrides {

    private Overrides() {}

    /** @param process a service's short name, or {@code kafka} @throws IOException if the file is there and cannot be read */
    public static void into(Properties properties, Home home, String process) throws IOException {
        Path file = fileOf(home, process);
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
        }
    }

    public static Path fileOf(Home home, String process) {
        return home.directory().resolve("overrides").resolve(process + ".properties");
    }
}
