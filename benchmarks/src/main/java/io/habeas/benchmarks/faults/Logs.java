// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import io.habeas.quickstart.settings.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What processes wrote beside their databases from an instant on: logs, run files, packages, checkpoints. */
final class Logs {

    private final Home home;
    private final Map<Path, Long> before;

    private Logs(Home home, Map<Path, Long> before) {
        this.home = home;
        this.before = before;
    }

    static Logs from(Home home) {
        var sizes = new HashMap<Path, Long>();
        for (var file : files(home)) {
            sizes.put(file, file.toFile().length());
        }
        return new Logs(home, sizes);
    }

    /** @param canaries texts that must stand nowhere @return files in which one does; the text is not told */
    List<String> leaks(Collection<String> canaries) {
        var found = new ArrayList<String>();
        for (var file : files(home)) {
            try {
                var bytes = Files.readAllBytes(file);
                int from = (int) Math.min(before.getOrDefault(file, 0L), bytes.length);
                var text = new String(bytes, from, bytes.length - from, StandardCharsets.ISO_8859_1)
                        .toLowerCase(Locale.ROOT);
                if (canaries.stream().anyMatch(canary -> text.contains(canary.toLowerCase(Locale.ROOT)))) {
                    found.add("something personal stands in " + home.directory().relativize(file));
                }
            } catch (IOException gone) {
                // a file that is there no more leaks nothing
            }
        }
        return found;
    }

    private static List<Path> files(Home home) {
        var found = new ArrayList<Path>();
        for (var folder : List.of(
                home.directory().resolve("logs"), home.run(), home.data("packages"), home.data("checkpoints"))) {
            if (Files.isDirectory(folder)) {
                try (var all = Files.walk(folder)) {
                    all.filter(Files::isRegularFile).forEach(found::add);
                } catch (IOException | UncheckedIOException moving) {
                    // files that come and go are looked at the next time
                }
            }
        }
        return found;
    }
}
