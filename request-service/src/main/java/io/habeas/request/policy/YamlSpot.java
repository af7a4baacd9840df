// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** One node of a YAML file with its way from the root, so that whatever is wrong with it can be said with line, column and field. */
final class YamlSpot {

    private static final long LARGEST_FILE = 1_048_576;

    private final Path file;
    private final List<String> lines;
    private final String field;
    private final Node node;

    private YamlSpot(Path file, List<String> lines, String field, Node node) {
        this.file = file;
        this.lines = lines;
        this.field = field;
        this.node = node;
    }

    /** @throws PolicyException if the file can not be read, is empty, or is not YAML */
    static YamlSpot rootOf(Path file) {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new PolicyException(file, "is larger than 1 MiB");
            }
            var settings = LoadSettings.builder()
                    .setLabel(file.toString())
                    .setMaxAliasesForCollections(0)
                    .setCodePointLimit((int) LARGEST_FILE)
                    .build();
            var text = Files.readString(file, StandardCharsets.UTF_8);
            return new Compose(settings)
                    .composeReader(new StringReader(text))
                    .map(node -> new YamlSpot(file, text.lines().toList(), "", node))
                    .orElseThrow(() -> new PolicyException(file, "is empty"));
        } catch (IOException unreadable) {
            throw new PolicyException(file, "can not be read as UTF-8 text");
        } catch (MarkedYamlEngineException broken) {
            var mark = broken.getProblemMark();
            throw new PolicyException(
                    file,
                    mark.map(it -> it.getLine() + 1).orElse(1),
                    mark.map(it -> it.getColumn() + 1).orElse(1),
                    "",
                    "is not YAML: " + broken.getProblem());
        } catch (YamlEngineException broken) {
            throw new PolicyException(file, "is not YAML that is taken here (no aliases, one document)");
        }
    }

    String field() {
        return field;
    }

    int line() {
        return node.getStartMark().map(it -> it.getLine() + 1).orElse(1);
    }

    int column() {
        return node.getStartMark().map(it -> it.getColumn() + 1).orElse(1);
    }

    /** The comment at the end of its line. */
    @Nullable
    String comment() {
        var line = line() <= lines.size() ? lines.get(line() - 1) : "";
        boolean quoted = false;
        for (int at = 0; at < line.length(); at++) {
            char here = line.charAt(at);
            quoted ^= here == '"';
            if (here == '#' && !quoted && (at == 0 || line.charAt(at - 1) == ' ')) {
                return line.substring(at + 1).strip();
            }
        }
        return null;
    }

    /** The same place under another name. */
    YamlSpot called(String name) {
        return new YamlSpot(file, lines, name, node);
    }

    /** {@code file:line:column: field}, to name a second place in an error. */
    String place() {
        return file.getFileName() + ":" + line() + ":" + column() + " " + field;
    }

    boolean isText() {
        return node instanceof ScalarNode;
    }

    PolicyException wrong(String problem) {
        return new PolicyException(file, line(), column(), field, problem);
    }

    /** The named fields and no other; a name twice is refused. */
    SequencedMap<String, YamlSpot> fields(String... allowed) {
        var entries = entries();
        entries.forEach((name, spot) -> {
            if (!Arrays.asList(allowed).contains(name)) {
                throw spot.wrong("no such field here; allowed: " + String.join(", ", allowed));
            }
        });
        return entries;
    }

    SequencedMap<String, YamlSpot> entries() {
        var entries = new LinkedHashMap<String, YamlSpot>();
        entriesByKey().forEach((key, value) -> entries.put(key.text(), value));
        return entries;
    }

    /** Each key with its place, and what it leads to; a name twice is refused. */
    SequencedMap<YamlSpot, YamlSpot> entriesByKey() {
        if (!(node instanceof MappingNode mapping)) {
            throw wrong("must be a mapping of names to values");
        }
        var seen = new HashSet<String>();
        var entries = new LinkedHashMap<YamlSpot, YamlSpot>();
        for (var tuple : mapping.getValue()) {
            var name = new YamlSpot(file, lines, field, tuple.getKeyNode()).text();
            var way = field.isEmpty() ? name : field + "." + name;
            var key = new YamlSpot(file, lines, way, tuple.getKeyNode());
            if (!seen.add(name)) {
                throw key.wrong("stands here twice");
            }
            entries.put(key, new YamlSpot(file, lines, way, tuple.getValueNode()));
        }
        return entries;
    }

    /** @param fields what {@link #fields} gave for this mapping */
    YamlSpot required(Map<String, YamlSpot> fields, String name) {
        var found = fields.get(name);
        if (found == null) {
            throw wrong("the field '" + name + "' is missing");
        }
        return found;
    }

    String text() {
        if (node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
            return scalar.getValue();
        }
        throw wrong("must be a text");
    }

    <T> List<T> list(Function<YamlSpot, T> item) {
        if (!(node instanceof SequenceNode sequence)) {
            throw wrong("must be a list");
        }
        var items = new ArrayList<T>();
        for (int index = 0; index < sequence.getValue().size(); index++) {
            var spot = new YamlSpot(
                    file, lines, field + "[" + index + "]", sequence.getValue().get(index));
            var next = item.apply(spot);
            if (items.contains(next)) {
                throw spot.wrong("stands in the list twice");
            }
            items.add(next);
        }
        if (items.isEmpty()) {
            throw wrong("must not be empty; leave the field out instead");
        }
        return List.copyOf(items);
    }
}
