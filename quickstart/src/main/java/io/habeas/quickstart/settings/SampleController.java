// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Copies the sample controller into a home at its first start; files that are there are the reader's, and stay. */
public final class SampleController {

    private static final String SAMPLE = "/sample/controllers";

    private SampleController() {}

    /** @param values what <code>${...}</code> in the YAML files stands for, ports above all */
    public static void copy(Home home, Map<String, String> values) throws IOException {
        try {
            URI here = SampleController.class.getResource(SAMPLE).toURI();
            if (here.getScheme().equals("jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(here, Map.of())) {
                    copy(jar.getPath(SAMPLE), home.controllers(), values);
                }
            } else {
                copy(Path.of(here), home.controllers(), values);
            }
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void copy(Path from, Path to, Map<String, String> values) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(from)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Path target = to.resolve(from.relativize(file).toString());
            if (Files.exists(target)) {
                continue;
            }
            Files.createDirectories(target.getParent());
            try (InputStream in = Files.newInputStream(file)) {
                Files.writeString(target, filled(new String(in.readAllBytes(), StandardCharsets.UTF_8), values));
            }
        }
    }

    private static String filled(String text, Map<String, String> values) {
        String filled = text;
        for (var value : values.entrySet()) {
            filled = filled.replace("${" + value.getKey() + "}", value.getValue());
        }
        return filled;
    }

    /** The controllers of a home: every folder with a {@code controller.yaml}. */
    public static List<String> controllersOf(Home home) {
        try (Stream<Path> folders = Files.list(home.controllers())) {
            return folders.filter(it -> Files.exists(it.resolve("controller.yaml")))
                    .map(it -> it.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }
}
