// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Resolves {@code {secret: name}}: from {@code HABEAS_SECRET_<NAME>} of the environment, else from the file {@code secrets/<name>}. */
public final class Secrets {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    private final Path folder;
    private final Map<String, String> environment;

    public Secrets(Path home, Map<String, String> environment) {
        this.folder = home.resolve("secrets");
        this.environment = Map.copyOf(environment);
    }

    /** @return empty if there is no such secret; a line end at the end of a file is no part of it */
    Optional<String> resolve(String name) {
        if (!NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        var variable =
                environment.get("HABEAS_SECRET_" + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"));
        if (variable != null) {
            return Optional.of(variable);
        }
        var file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "Secrets[]";
    }
}
