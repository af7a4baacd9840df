// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart;

import io.habeas.quickstart.settings.Home;
import io.habeas.quickstart.settings.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Ahead-of-time caches of the JDK, one a service, named by the jars and the JDK that they were made from; an old one is never used. */
final class AotCache {

    private AotCache() {}

    /** The flag that uses the cache, or none while there is no cache for these very jars. */
    static List<String> flags(Home home, Service service, List<Path> jars, List<String> jvmFlags) {
        Path cache = file(home, service, jars, jvmFlags);
        return Files.exists(cache) ? List.of("-XX:AOTCache=" + cache) : List.of();
    }

    static List<String> training(Path cache) {
        return List.of("-XX:AOTCacheOutput=" + cache + ".new", "-Dspring.context.exit=onRefresh");
    }

    /** @throws IOException if the service did not come up, with the place of its log */
    static void make(Path cache, List<String> command, Path log) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try {
            int status = process.waitFor();
            Path fresh = Path.of(cache + ".new");
            if (status != 0 || !Files.exists(fresh)) {
                throw new IOException("no cache " + cache.getFileName() + ": status " + status + ", log: " + log);
            }
            Files.move(fresh, cache, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            process.destroy();
        }
    }

    static Path file(Home home, Service service, List<Path> jars, List<String> jvmFlags) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((System.getProperty("java.vm.version") + jvmFlags).getBytes(StandardCharsets.UTF_8));
            for (Path jar : jars) {
                digest.update((jar + "|" + Files.size(jar) + '|' + Files.getLastModifiedTime(jar))
                        .getBytes(StandardCharsets.UTF_8));
            }
            String key = HexFormat.of().formatHex(digest.digest(), 0, 8);
            return home.aot().resolve(service.shortName() + '-' + key + ".aot");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
