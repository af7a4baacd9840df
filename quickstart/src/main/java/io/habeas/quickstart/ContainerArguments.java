// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart;

import io.habeas.quickstart.settings.ClassPath;
import io.habeas.quickstart.settings.Home;
import io.habeas.quickstart.settings.Service;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Files of arguments for {@code java @file}, one an image, written while the images are built: the flags of {@link Service} and the
 * very class path that the AOT cache of the same folder was made with, if one was made.
 */
final class ContainerArguments {

    private ContainerArguments() {}

    static int write(Home home, PrintStream out) throws IOException {
        Path folder = Files.createDirectories(home.root().resolve("run"));
        for (Service service : Service.values()) {
            List<Path> jars = ClassPath.of(home, service, false);
            List<String> arguments = new ArrayList<>(service.jvmFlags(false));
            Path cache = AotCache.file(home, service, jars, service.jvmFlags(false));
            if (Files.exists(cache)) {
                Path kept = home.root().resolve("aot").resolve(service.folder() + ".aot");
                Files.createDirectories(kept.getParent());
                Files.move(cache, kept);
                arguments.add("-XX:AOTCache=" + kept);
            } else {
                out.println(service.folder() + ": no AOT cache; it starts without one");
            }
            arguments.addAll(List.of("-Duser.timezone=UTC", "-cp", ClassPath.joined(jars), service.mainClass()));
            Files.write(folder.resolve(service.folder()), arguments);
        }
        Files.createDirectories(home.root().resolve("aot"));
        Files.write(
                folder.resolve("quickstart"),
                List.of(
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-UsePerfData",
                        "--sun-misc-unsafe-memory-access=allow",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Duser.timezone=UTC",
                        "-cp",
                        home.root() + "/quickstart/target/quickstart.jar:" + home.root() + "/quickstart/target/lib/*",
                        Quickstart.class.getName()));
        return 0;
    }
}
