// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
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
    private final String field;
    private final Node node;

    private YamlSpot(Path file, String field, Node node) {
        this.file = file;
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
                    .map(node -> new YamlSpot(file, "", node))
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

    PolicyException wrong(String problem) {
        var mark = node.getStartMark();
        return new PolicyException(
                file,
                mark.map(it -> it.getLine() + 1).orElse(1),
                mark.map(it -> it.getColumn() + 1).orElse(1),
                field,
                problem);
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
        if (!(node instanceof MappingNode mapping)) {
            throw wrong("must be a mapping of names to values");
        }
        var entries = new LinkedHashMap<String, YamlSpot>();
        for (var tuple : mapping.getValue()) {
            var name = new YamlSpot(file, field, tuple.getKeyNode()).text();
            var way = field.isEmpty() ? name : field + "." + name;
            if (entries.put(name, new YamlSpot(file, way, tuple.getValueNode())) != null) {
                throw new YamlSpot(file, way, tuple.getKeyNode()).wrong("stands here twice");
            }
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

    static Optional<YamlSpot> optional(Map<String, YamlSpot> fields, String name) {
        return Optional.ofNullable(fields.get(name));
    }

    String text() {
        if (node instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
            return scalar.getValue();
        }
        throw wrong("must be a text");
    }

    String matching(String pattern, String described) {
        var text = text();
        if (!text.matches(pattern)) {
            throw wrong("must be " + described);
        }
        return text;
    }

    <E extends Enum<E>> E oneOf(Class<E> closed) {
        var text = text();
        return Arrays.stream(closed.getEnumConstants())
                .filter(constant -> constant.name().equals(text))
                .findFirst()
                .orElseThrow(() -> wrong("must be one of " + namesOf(closed)));
    }

    private static <E extends Enum<E>> String namesOf(Class<E> closed) {
        return Arrays.stream(closed.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", "));
    }

    <T> List<T> list(Function<YamlSpot, T> item) {
        if (!(node instanceof SequenceNode sequence)) {
            throw wrong("must be a list");
        }
        var items = new ArrayList<T>();
        for (int index = 0; index < sequence.getValue().size(); index++) {
            var spot = new YamlSpot(
                    file, field + "[" + index + "]", sequence.getValue().get(index));
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

    /** {@code 45 days}, {@code 12 months}. */
    Term term() {
        var text = matching("[1-9][0-9]{0,3} (days?|months?)", "a number of days or months, such as '45 days'");
        var parts = text.split(" ", 2);
        var unit = parts[1].toLowerCase(Locale.ROOT).startsWith("day") ? Term.Unit.DAYS : Term.Unit.MONTHS;
        return new Term(Integer.parseInt(parts[0]), unit);
    }
}
