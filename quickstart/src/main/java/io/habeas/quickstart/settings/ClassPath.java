// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where the jars of a service are: its own beside {@code target/lib}. Always in the same order, as an AOT cache needs it. */
public final class ClassPath {

    private ClassPath() {}

    public static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** @throws IllegalStateException if the service was not built */
    public static List<Path> of(Home home, Service service, boolean testControls) throws IOException {
        Path target = home.root().resolve(service.folder()).resolve("target");
        List<Path> jars = new ArrayList<>();
        jars.add(target.resolve(service.folder() + ".jar"));
        if (testControls && service.isInner()) {
            jars.add(home.root().resolve("test-controls/target/test-controls.jar"));
        }
        for (Path jar : jars) {
            if (!Files.exists(jar)) {
                throw new IllegalStateException(jar + " is missing. Build it: mvn -DskipTests package");
            }
        }
        try (Stream<Path> lib = Files.list(target.resolve("lib"))) {
            lib.filter(it -> it.toString().endsWith(".jar")).sorted().forEach(jars::add);
        }
        return List.copyOf(jars);
    }

    public static String joined(List<Path> jars) {
        return jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
}
