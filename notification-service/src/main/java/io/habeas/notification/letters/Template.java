// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.letters;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The text of one letter in one language. First line: {@code Subject: ...}. Then one block a line: {@code # heading},
 * {@code - item}, {@code ! standout}, {@code @ link}, anything else a paragraph. <code>{{name}}</code> is a value,
 * <code>{{*name}}</code> alone on a line a list of blocks, and what stands between <code>{{?name}}</code> and
 * <code>{{/name}}</code> is said only where that holds.
 */
final class Template {

    private static final String SUBJECT = "Subject: ";

    private final String source;
    private final List<String> lines;

    private Template(String source, List<String> lines) {
        this.source = source;
        this.lines = lines;
    }

    static Template load(Language language, String name) {
        var source = "letters/" + language.tag() + "/" + name + ".txt";
        try (var stream = Template.class.getClassLoader().getResourceAsStream(source)) {
            if (stream == null) {
                throw new IllegalStateException(source + " is not on the class path");
            }
            return of(source, new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static Template of(String source, String text) {
        var lines = text.lines().map(String::strip).toList();
        if (lines.isEmpty() || !lines.getFirst().startsWith(SUBJECT)) {
            throw new IllegalStateException(source + ", line 1: a letter begins with '" + SUBJECT + "'");
        }
        return new Template(source, lines);
    }

    String subject(Map<String, String> values) {
        return Placeholders.fill(lines.getFirst().substring(SUBJECT.length()), values);
    }

    List<Block> body(Map<String, String> values, Map<String, List<Block>> lists, Set<String> holds) {
        var blocks = new ArrayList<Block>();
        String silent = null;
        for (int i = 1; i < lines.size(); i++) {
            var line = lines.get(i);
            if (line.isEmpty()) {
                continue;
            }
            if (line.startsWith("{{?")) {
                silent = opened(silent, name(line), holds);
            } else if (line.startsWith("{{/")) {
                silent = name(line).equals(silent) ? null : silent;
            } else if (silent == null && line.startsWith("{{*")) {
                blocks.addAll(list(lists, name(line), i));
            } else if (silent == null) {
                blocks.add(block(Placeholders.fill(line, values)));
            }
        }
        if (silent != null) {
            throw new IllegalStateException(source + ": {{?" + silent + "}} is not closed");
        }
        return blocks;
    }

    private static @Nullable String opened(@Nullable String silent, String name, Set<String> holds) {
        return silent == null && !holds.contains(name) ? name : silent;
    }

    private List<Block> list(Map<String, List<Block>> lists, String name, int line) {
        var list = lists.get(name);
        if (list == null) {
            throw new IllegalStateException(source + ", line " + (line + 1) + ": there is no list '" + name + "' here");
        }
        return list;
    }

    private static String name(String line) {
        return line.substring(3, line.length() - 2);
    }

    private static Block block(String line) {
        if (line.startsWith("# ")) {
            return new Block.Heading(line.substring(2));
        }
        if (line.startsWith("- ")) {
            return new Block.Item(line.substring(2));
        }
        if (line.startsWith("! ")) {
            return new Block.Standout(line.substring(2));
        }
        if (line.startsWith("@ ")) {
            return new Block.Link(line.substring(2));
        }
        return new Block.Paragraph(line);
    }
}
