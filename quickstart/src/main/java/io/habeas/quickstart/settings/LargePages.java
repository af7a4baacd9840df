// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Heaps and compiled code in pages of two megabytes, where the kernel gives them to who asks: on a virtual machine a miss of the table of
 * small pages costs two walks. A start-up cache of the JDK is good with and without them. Images do not ask: where they run is not known when they are built.
 */
public final class LargePages {

    private static final Path SETTING = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    private LargePages() {}

    /** Nothing where this machine has none, since a JVM that asks in vain says so among the lines of its log. */
    public static List<String> jvmFlags() {
        return jvmFlags(SETTING);
    }

    /** @param setting of the kernel: its choices, the one that holds in brackets */
    static List<String> jvmFlags(Path setting) {
        try {
            var choices = Files.readString(setting);
            return choices.contains("[madvise]") || choices.contains("[always]")
                    ? List.of("-XX:+UseTransparentHugePages")
                    : List.of();
        } catch (IOException none) {
            return List.of();
        }
    }
}
