// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.catalog;

import io.habeas.fulfillment.datamap.DataMap.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Resolves {@code {secret: name}} in the data map of one controller: from {@code HABEAS_SECRET_<CONTROLLER>__<NAME>} of the environment, else from the
 * file {@code secrets/<controller>/<name>}. What lies in {@code secrets/} itself is the installation's and is never found.
 */
public final class Secrets {

    /** One hyphen between two words and no more: what stands before the two underscores of a variable is then the controller for certain. */
    private static final Pattern IN_A_VARIABLE = Pattern.compile("[a-z0-9]+(?:-[a-z0-9]+)*");

    private static final Pattern CONTROLLER = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /** The folder of the key-encryption keys stands where that of a controller of this name would. */
    private static final String KEYS = "kek";

    private final Path folder;
    private final Map<String, String> environment;

    public Secrets(Path home, Map<String, String> environment) {
        this.folder = home.resolve("secrets");
        this.environment = Map.copyOf(environment);
    }

    /** @return empty if the controller has no such secret; a line end at the end of a file is no part of it */
    Optional<String> resolve(String controller, String name) {
        if (!CONTROLLER.matcher(controller).matches() || controller.equals(KEYS) || !Setting.Secret.isName(name)) {
            return Optional.empty();
        }
        var variable = IN_A_VARIABLE.matcher(controller).matches()
                ? environment.get("HABEAS_SECRET_" + inCapitals(controller) + "__" + inCapitals(name))
                : null;
        if (variable != null) {
            return Optional.of(variable);
        }
        var file = folder.resolve(controller).resolve(name);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static String inCapitals(String name) {
        return name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    /** What whoever misses a secret can do about it. */
    static String cure(String controller, String name) {
        return "put it into secrets/" + controller + "/" + name + "; secrets/" + name
                + ", where earlier versions looked, is not read";
    }

    @Override
    public String toString() {
        return "Secrets[]";
    }
}
