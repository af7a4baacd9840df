// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Present;
import org.snakeyaml.engine.v2.api.lowlevel.Serialize;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A profile in which one leaf after the other is taken away or says something else. */
final class AlteredProfile {

    /** So many are tried, and among them are all constants of the language. */
    private static final int MOST_VALUES = 14;

    private static final Pattern NUMBER = Pattern.compile("^(\\d+)( .*)?$");
    private static final Pattern ALLOWED = Pattern.compile("must be one of (.*)$");

    private static final DumpSettings WIDE =
            DumpSettings.builder().setWidth(10_000).build();

    private final Path scratch;
    private final Node root;
    private final Map<String, Set<String>> words;

    /** @param words what leaves of the same name say elsewhere, by name */
    AlteredProfile(Path file, Path scratch, Map<String, Set<String>> words) {
        this.scratch = scratch;
        this.root = compose(file);
        this.words = words;
    }

    private static Node compose(Path file) {
        try {
            return new Compose(LoadSettings.builder().build())
                    .composeReader(new StringReader(Files.readString(file)))
                    .orElseThrow();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** What scalars say under each name, in all of these files. */
    static Map<String, Set<String>> words(List<Path> files) {
        var words = new LinkedHashMap<String, Set<String>>();
        files.forEach(it -> gather(compose(it), "", words));
        return words;
    }

    private static void gather(Node node, String name, Map<String, Set<String>> words) {
        switch (node) {
            case ScalarNode scalar ->
                words.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(scalar.getValue());
            case SequenceNode sequence -> sequence.getValue().forEach(it -> gather(it, name, words));
            case MappingNode mapping ->
                mapping.getValue().forEach(it -> gather(it.getValueNode(), text(it.getKeyNode()), words));
            default -> throw new IllegalStateException("no such node is in a profile");
        }
    }

    private static String text(Node node) {
        return ((ScalarNode) node).getValue();
    }

    /** Without that leaf; nothing where such a profile does not load. */
    Optional<Profile> without(Leaf leaf) {
        return load(copy(root, nodeOf(leaf), null));
    }

    /** With other values of that leaf, those that load, one after the other. */
    Stream<Profile> changed(Leaf leaf) {
        var node = nodeOf(leaf);
        return others(node, nameOf(leaf)).flatMap(other -> load(copy(root, node, other)).stream());
    }

    private static String nameOf(Leaf leaf) {
        var way = leaf.rule().substring(leaf.rule().indexOf('#') + 1);
        return way.substring(way.lastIndexOf('.') + 1).replaceAll("\\[.*", "");
    }

    private Stream<Node> others(Node node, String name) {
        return switch (node) {
            case ScalarNode scalar -> said(scalar, scalar, name).map(it -> like(scalar, it));
            case SequenceNode sequence -> Stream.concat(shorter(sequence), another(sequence, name));
            default -> Stream.empty();
        };
    }

    private static ScalarNode like(ScalarNode scalar, String text) {
        return new ScalarNode(scalar.getTag(), text, scalar.getScalarStyle());
    }

    private static Stream<Node> shorter(SequenceNode sequence) {
        var items = sequence.getValue();
        return IntStream.range(0, items.size() > 1 ? items.size() : 0).mapToObj(out -> {
            var fewer = new ArrayList<>(items);
            fewer.remove(out);
            return new SequenceNode(sequence.getTag(), fewer, sequence.getFlowStyle());
        });
    }

    private Stream<Node> another(SequenceNode sequence, String name) {
        return sequence.getValue().getFirst() instanceof ScalarNode first
                ? said(first, sequence, name)
                        .map(it ->
                                new SequenceNode(sequence.getTag(), List.of(like(first, it)), sequence.getFlowStyle()))
                : Stream.empty();
    }

    /** Values that are like the one there: the next number or day, the other constants, what such leaves say elsewhere, and a longer text. */
    private Stream<String> said(ScalarNode scalar, Node place, String name) {
        var value = scalar.getValue();
        var said = new LinkedHashSet<String>();
        var number = NUMBER.matcher(value);
        if (number.matches() && !value.startsWith("0")) {
            said.add(Integer.parseInt(number.group(1))
                    + 1
                    + Optional.ofNullable(number.group(2)).orElse(""));
        }
        nextDay(value).ifPresent(said::add);
        if (value.matches("[A-Z]{2}")) {
            said.addAll(List.of("US", "CN"));
        }
        if (value.equals("true") || value.equals("false")) {
            said.add(Boolean.toString(value.equals("false")));
        }
        return Stream.of(
                        said.stream(),
                        Stream.of(value + " x"),
                        Stream.of(scalar).flatMap(it -> constants(it, place).stream()),
                        words.getOrDefault(name, Set.of()).stream())
                .flatMap(it -> it)
                .filter(it -> !it.equals(value))
                .distinct()
                .limit(MOST_VALUES);
    }

    /** What a constant may be the loader itself says. */
    private List<String> constants(ScalarNode scalar, Node place) {
        var wrong = like(scalar, "NONE_SUCH_AS_THIS");
        var other = place == scalar
                ? wrong
                : new SequenceNode(place.getTag(), List.of(wrong), ((SequenceNode) place).getFlowStyle());
        try {
            ProfileLoader.load(written(copy(root, place, other)));
            return List.of();
        } catch (PolicyException refused) {
            var allowed = ALLOWED.matcher(String.valueOf(refused.getMessage()));
            return allowed.find() ? List.of(allowed.group(1).split(", ")) : List.of();
        }
    }

    private static Optional<String> nextDay(String value) {
        try {
            return Optional.of(LocalDate.parse(value).plusDays(1).toString());
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    /** The node at the place of the leaf that is a value, and no name. */
    private Node nodeOf(Leaf leaf) {
        var found = new ArrayList<Node>();
        find(root, leaf, found);
        if (found.size() != 1) {
            throw new IllegalStateException(found.size() + " nodes at the place of " + leaf.rule());
        }
        return found.getFirst();
    }

    private static void find(Node node, Leaf leaf, List<Node> found) {
        var mark = node.getStartMark().orElseThrow();
        boolean here = mark.getLine() + 1 == leaf.line() && mark.getColumn() + 1 == leaf.column();
        switch (node) {
            case ScalarNode _ -> {
                if (here) {
                    found.add(node);
                }
            }
            case SequenceNode sequence -> {
                if (here) {
                    found.add(node);
                } else {
                    sequence.getValue().forEach(it -> find(it, leaf, found));
                }
            }
            case MappingNode mapping -> {
                if (here) {
                    found.add(node);
                } else {
                    mapping.getValue().forEach(it -> find(it.getValueNode(), leaf, found));
                }
            }
            default -> throw new IllegalStateException("no such node is in a profile");
        }
    }

    /** @param other in its place; it is left out where that is absent */
    private static @Nullable Node copy(Node node, Node target, @Nullable Node other) {
        if (node == target) {
            return other;
        }
        return switch (node) {
            case SequenceNode sequence -> {
                var items = new ArrayList<Node>();
                for (var item : sequence.getValue()) {
                    var copied = copy(item, target, other);
                    if (copied != null) {
                        items.add(copied);
                    }
                }
                yield items.isEmpty() ? null : new SequenceNode(sequence.getTag(), items, sequence.getFlowStyle());
            }
            case MappingNode mapping -> {
                var tuples = new ArrayList<NodeTuple>();
                for (var tuple : mapping.getValue()) {
                    var copied = copy(tuple.getValueNode(), target, other);
                    if (copied != null) {
                        tuples.add(new NodeTuple(tuple.getKeyNode(), copied));
                    }
                }
                yield new MappingNode(mapping.getTag(), tuples, mapping.getFlowStyle());
            }
            default -> node;
        };
    }

    private Optional<Profile> load(@Nullable Node altered) {
        if (altered == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(ProfileLoader.load(written(altered)));
        } catch (PolicyException refused) {
            return Optional.empty();
        }
    }

    private Path written(@Nullable Node altered) {
        try {
            var text = new Present(WIDE)
                    .emitToString(new Serialize(WIDE).serializeOne(altered).iterator());
            return Files.writeString(scratch, text);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
