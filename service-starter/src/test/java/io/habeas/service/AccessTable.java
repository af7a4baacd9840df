// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who may call what, as {@code docs/access} says it for people: a line holds method, path, and those who may. */
public record AccessTable(List<Row> rows) {

    private static final Set<String> ROLES =
            Set.of("clerk", "reviewer", "childrens-data-officer", "integrator", "approver", "operator", "auditor");
    private static final Set<String> OTHERS =
            Set.of("anybody", "signed", "requester", "requester(STANDARD)", "requester(fresh)", "services");

    /** @param who words of the table, such as {@code operator} or {@code services(verification)} */
    public record Row(String method, String path, Set<String> who) {

        String route() {
            return method + " " + path;
        }

        boolean anybody() {
            return who.contains("anybody");
        }

        /** No token lets anybody in: what is sent must be signed. */
        boolean signed() {
            return who.contains("signed");
        }

        /** The word that lets requesters in, if any does. */
        @Nullable
        String requester() {
            return who.stream()
                    .filter(it -> it.startsWith("requester"))
                    .findFirst()
                    .orElse(null);
        }

        boolean service(String client) {
            return who.contains("services") || who.contains("services(" + client + ")");
        }
    }

    public AccessTable {
        rows = List.copyOf(rows);
    }

    public static AccessTable read(Path file) {
        try (var lines = Files.lines(file)) {
            return new AccessTable(lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(AccessTable::row)
                    .toList());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Row row(String line) {
        var words = line.strip().split("\\s+", 3);
        if (words.length < 3) {
            throw new IllegalArgumentException("method, path, and who may: " + line);
        }
        var who = Arrays.stream(words[2].split(",\\s*")).collect(Collectors.toUnmodifiableSet());
        for (var word : who) {
            if (!ROLES.contains(word) && !OTHERS.contains(word) && !word.matches("services\\([a-z]+\\)")) {
                throw new IllegalArgumentException("nobody is called '" + word + "': " + line);
            }
        }
        return new Row(words[0], words[1], who);
    }

    static Set<String> roles() {
        return ROLES;
    }
}
