// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A result in Markdown; every line is shown as soon as it is known. */
final class Table {

    private final StringBuilder text = new StringBuilder();

    Table(String title) {
        line("# " + title);
        line("");
    }

    void line(String line) {
        text.append(line).append('\n');
        System.out.println(line);
    }

    void head(String... cells) {
        row(cells);
        line("|" + "---|".repeat(cells.length));
    }

    void row(String... cells) {
        line("| " + String.join(" | ", cells) + " |");
    }

    void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, text);
        System.out.println("written to " + file);
    }
}
