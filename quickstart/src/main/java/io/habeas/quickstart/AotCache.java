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
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Ahead-of-time caches of the JDK, one a service, named by the jars and the JDK that they were made from; an old one is never used. */
final class AotCache {

    private static final int TRIES = 3;

    private AotCache() {}

    /** The flag that uses the cache, or none while there is no cache for these very jars. */
    static List<String> flags(Home home, Service service, List<Path> jars, List<String> jvmFlags) {
        Path cache = file(home, service, jars, jvmFlags);
        return Files.exists(cache) ? List.of("-XX:AOTCache=" + cache) : List.of();
    }

    static List<String> training(Path cache) {
        return List.of("-XX:AOTCacheOutput=" + cache + ".new", "-Dspring.context.exit=onRefresh");
    }

    /**
     * Trains, and asks the JVM whether it takes what came of it; what it refuses is made again, {@value #TRIES} times in all.
     *
     * @param training starts the service with the flags of {@link #training} and ends when it has come up
     * @param using    the same JVM, flags and class path without a class to run
     * @throws IOException if the service did not come up or its cache is never taken, with the place of the log
     */
    static void make(Path cache, List<String> training, List<String> using, Path log)
            throws IOException, InterruptedException {
        Path fresh = Path.of(cache + ".new");
        int status = run(training, log);
        for (int tries = 1; status == 0 && Files.exists(fresh) && !taken(fresh, using, log); tries++) {
            Files.delete(fresh);
            status = tries < TRIES ? run(training, log) : status;
        }
        if (status != 0 || !Files.exists(fresh)) {
            throw new IOException("no cache " + cache.getFileName() + ": status " + status + ", log: " + log);
        }
        Files.move(fresh, cache, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Left to itself a JVM starts without a cache that it does not like, and says nothing. */
    private static boolean taken(Path cache, List<String> using, Path log) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(using);
        command.addAll(List.of("-XX:AOTCache=" + cache, "-XX:AOTMode=on", "-version"));
        // more than once: where the JVM's random addresses leave no room for it, another start has some
        for (int starts = 1; starts <= TRIES; starts++) {
            if (run(command, log) == 0) {
                return true;
            }
        }
        return false;
    }

    private static int run(List<String> command, Path log) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try {
            return process.waitFor();
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
