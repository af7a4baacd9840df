// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.mailer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/** The provider's own list, and which notices it has acted on: two files that outlive the process. */
final class Subscribers {

    static final String LIST = "subscribers.txt";

    private final Path list;
    private final Path handled;
    private final Set<String> addresses;
    private final Set<UUID> notices;

    Subscribers(Path folder) throws IOException {
        Files.createDirectories(folder);
        list = folder.resolve(LIST);
        handled = folder.resolve("handled.txt");
        addresses = new TreeSet<>(lines(list));
        notices = lines(handled).stream().map(UUID::fromString).collect(Collectors.toSet());
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /** The first addresses; a list that is there already is left as it is, whatever was taken from it since. */
    synchronized void begin(Collection<String> first) throws IOException {
        if (!Files.exists(list)) {
            first.forEach(it -> addresses.add(it.toLowerCase(Locale.ROOT)));
            write();
        }
    }

    synchronized int count() {
        return addresses.size();
    }

    synchronized boolean holds(String address) {
        return addresses.contains(address.toLowerCase(Locale.ROOT));
    }

    synchronized boolean hasHandled(UUID notice) {
        return notices.contains(notice);
    }

    /** Takes the addresses off, and returns when that is on disk. A repeat changes nothing. */
    synchronized void handle(UUID notice, Collection<String> gone) throws IOException {
        gone.forEach(it -> addresses.remove(it.toLowerCase(Locale.ROOT)));
        write();
        if (notices.add(notice)) {
            Files.writeString(
                    handled,
                    notice + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND,
                    StandardOpenOption.SYNC);
        }
    }

    private void write() throws IOException {
        Path fresh = list.resolveSibling("subscribers.new");
        Files.write(
                fresh,
                addresses,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC);
        Files.move(fresh, list, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
