// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart;

import io.habeas.quickstart.settings.Copy;
import io.habeas.quickstart.settings.Home;
import io.habeas.quickstart.settings.Ports;
import io.habeas.quickstart.settings.Service;
import io.habeas.quickstart.shop.SampleShop;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The words after {@code ./habeas <command>}. */
record Options(Set<String> flags, Map<String, String> values) {

    private static final Set<String> FLAGS = Set.of("--exit", "--test-controls", "--short-lived");
    private static final Set<String> VALUES = Set.of(
            "--customer",
            "--port-offset",
            "--home",
            "--root",
            "--role",
            "--controller",
            "--customers",
            "--subject",
            "--copies",
            "--service",
            "--by",
            "--reason",
            "--issuer",
            "--request",
            "--email",
            "--public-url");

    /** @throws IllegalArgumentException naming the word that is not understood */
    static Options parse(List<String> words, Map<String, String> environment) {
        List<String> flags = new ArrayList<>();
        Map<String, String> values = new HashMap<>();
        if (environment.containsKey("HABEAS_HOME")) {
            values.put("--home", environment.get("HABEAS_HOME"));
        }
        if (environment.containsKey("HABEAS_ROOT")) {
            values.put("--root", environment.get("HABEAS_ROOT"));
        }
        if (environment.containsKey("HABEAS_ISSUER")) {
            values.put("--issuer", environment.get("HABEAS_ISSUER"));
        }
        for (int at = 0; at < words.size(); at++) {
            String word = words.get(at);
            if (FLAGS.contains(word)) {
                flags.add(word);
            } else if (VALUES.contains(word) && at + 1 < words.size()) {
                values.put(word, words.get(++at));
            } else {
                throw new IllegalArgumentException("not understood: " + word
                        + (VALUES.contains(word) ? " (a value is missing)" : "") + ". ./habeas help says what is");
            }
        }
        return new Options(Set.copyOf(flags), Map.copyOf(values));
    }

    Home home() {
        Path root = Path.of(values.getOrDefault("--root", "."));
        return new Home(root, values.containsKey("--home") ? Path.of(values.get("--home")) : root.resolve(".habeas"));
    }

    Ports ports() {
        return new Ports(number("--port-offset", 0));
    }

    int customers() {
        return number("--customers", SampleShop.CUSTOMERS);
    }

    /** How many processes each service has. */
    int copies() {
        return new Copy(Service.GATEWAY, number("--copies", 1)).number();
    }

    boolean testControls() {
        return flags.contains("--test-controls");
    }

    /** Whether what is started is for minutes, not for load. */
    boolean shortLived() {
        return flags.contains("--short-lived");
    }

    Options forShort() {
        var more = new HashSet<>(flags);
        more.add("--short-lived");
        return new Options(Set.copyOf(more), values);
    }

    boolean exit() {
        return flags.contains("--exit");
    }

    Optional<Long> customer() {
        return values.containsKey("--customer") ? Optional.of((long) number("--customer", 0)) : Optional.empty();
    }

    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    private int number(String name, int otherwise) {
        String value = values.get(name);
        try {
            return value == null ? otherwise : Integer.parseInt(value);
        } catch (NumberFormatException none) {
            throw new IllegalArgumentException(name + " must be a number, not '" + value + "'");
        }
    }
}
