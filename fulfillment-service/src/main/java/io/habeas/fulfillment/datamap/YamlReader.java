// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.datamap;

import io.habeas.fulfillment.datamap.DataMapException.Fault;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
import org.snakeyaml.engine.v2.nodes.Tag;

/** Walks a YAML document and gathers what is wrong with its line and column, instead of stopping at the first. */
final class YamlReader {

    /** A place in the document: a node, and the path that leads to it. */
    record Spot(Node node, String path) {}

    private final String file;
    private final List<Fault> faults = new ArrayList<>();

    YamlReader(String file) {
        this.file = file;
    }

    String file() {
        return file;
    }

    List<Fault> faults() {
        return faults;
    }

    Optional<Spot> document(String text) {
        var settings = LoadSettings.builder()
                .setLabel(file)
                .setUseMarks(true)
                .setAllowDuplicateKeys(false)
                .setMaxAliasesForCollections(0)
                .setCodePointLimit(1 << 20)
                .build();
        try {
            var root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                faults.add(new Fault(file, 1, 1, "", "the file is empty"));
            }
            return root.map(node -> new Spot(node, ""));
        } catch (MarkedYamlEngineException broken) {
            int line = broken.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            int column =
                    broken.getProblemMark().map(mark -> mark.getColumn() + 1).orElse(0);
            faults.add(new Fault(file, line, column, "", "this is not YAML: " + broken.getProblem()));
            return Optional.empty();
        } catch (YamlEngineException broken) {
            faults.add(new Fault(file, 0, 0, "", "this is not YAML"));
            return Optional.empty();
        }
    }

    void fault(Spot spot, String message) {
        int line = spot.node().getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
        int column =
                spot.node().getStartMark().map(mark -> mark.getColumn() + 1).orElse(0);
        faults.add(new Fault(file, line, column, spot.path(), message));
    }

    /** The entries of a mapping by name, each at the place of its value; an unknown name is a fault at the place of the name. */
    Map<String, Spot> mapping(Spot spot, Set<String> allowed) {
        var entries = anyMapping(spot);
        entries.keySet().removeIf(name -> !allowed.contains(name) && unknown(spot, name, allowed));
        return entries;
    }

    private boolean unknown(Spot spot, String name, Set<String> allowed) {
        fault(
                new Spot(keyNode(spot, name), join(spot.path(), name)),
                "there is no such field; allowed here: " + String.join(", ", new TreeSet<>(allowed)));
        return true;
    }

    /** The entries of a mapping whose names are free. */
    Map<String, Spot> anyMapping(Spot spot) {
        var entries = new LinkedHashMap<String, Spot>();
        if (!(spot.node() instanceof MappingNode mapping)) {
            fault(spot, "a mapping is expected here (name: value)");
            return entries;
        }
        for (var tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                fault(new Spot(tuple.getKeyNode(), spot.path()), "a plain name is expected here");
                continue;
            }
            var path = join(spot.path(), key.getValue());
            if (entries.put(key.getValue(), new Spot(tuple.getValueNode(), path)) != null) {
                fault(new Spot(key, path), "this field stands here twice");
            }
        }
        return entries;
    }

    private static Node keyNode(Spot spot, String name) {
        for (var tuple : ((MappingNode) spot.node()).getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name)) {
                return key;
            }
        }
        return spot.node();
    }

    List<Spot> list(@Nullable Spot spot) {
        if (spot == null) {
            return List.of();
        }
        if (!(spot.node() instanceof SequenceNode sequence)) {
            fault(spot, "a list is expected here");
            return List.of();
        }
        var items = new ArrayList<Spot>();
        for (int i = 0; i < sequence.getValue().size(); i++) {
            items.add(new Spot(sequence.getValue().get(i), spot.path() + "[" + i + "]"));
        }
        return items;
    }

    List<String> texts(@Nullable Spot spot) {
        return list(spot).stream().map(this::text).flatMap(Optional::stream).toList();
    }

    Optional<String> text(@Nullable Spot spot) {
        if (spot == null) {
            return Optional.empty();
        }
        if (!(spot.node() instanceof ScalarNode scalar) || scalar.getTag().equals(Tag.NULL)) {
            fault(spot, "a text is expected here");
            return Optional.empty();
        }
        if (scalar.getValue().isBlank()) {
            fault(spot, "a text is expected here, and it is empty");
            return Optional.empty();
        }
        return Optional.of(scalar.getValue());
    }

    /** A text that must stand in the mapping. */
    String required(Spot owner, Map<String, Spot> entries, String name) {
        if (!entries.containsKey(name)) {
            fault(owner, "the field '" + name + "' is missing");
            return "";
        }
        return text(entries.get(name)).orElse("");
    }

    boolean flag(@Nullable Spot spot) {
        var text = text(spot);
        text.filter(it -> !it.equals("true") && !it.equals("false"))
                .ifPresent(_ -> fault(java.util.Objects.requireNonNull(spot), "allowed here: true, false"));
        return text.filter("true"::equals).isPresent();
    }

    <E extends Enum<E>> Optional<E> oneOf(@Nullable Spot spot, Class<E> type) {
        return parsed(spot, text -> Arrays.stream(type.getEnumConstants())
                .filter(it -> it.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("allowed here: "
                        + String.join(
                                ", ",
                                Arrays.stream(type.getEnumConstants())
                                        .map(Enum::name)
                                        .toList()))));
    }

    /** @param parser says what is wrong, and what is allowed, in an IllegalArgumentException */
    <T> Optional<T> parsed(@Nullable Spot spot, Function<String, T> parser) {
        return text(spot).flatMap(text -> {
            try {
                return Optional.of(parser.apply(text));
            } catch (IllegalArgumentException wrong) {
                fault(java.util.Objects.requireNonNull(spot), String.valueOf(wrong.getMessage()));
                return Optional.empty();
            }
        });
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
