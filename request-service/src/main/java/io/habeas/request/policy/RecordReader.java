// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import io.habeas.request.calendars.Term;
import io.habeas.request.policy.language.Form;
import io.habeas.request.policy.language.Keyed;
import io.habeas.request.policy.language.Summed;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a file into the records of the language. Every field that is not named by them is refused; every rule gets its address and place. */
final class RecordReader {

    /**
     * What a record looks like, asked of it once: reflection answers anew each time, and a profile has a thousand rules.
     *
     * @param needed the names of the fields that may not be left out
     * @param of makes one from its text; absent where the text is its component
     */
    private record Shape(
            List<RecordComponent> components,
            List<String> names,
            Set<String> needed,
            Constructor<?> constructor,
            @Nullable Method of) {

        private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
            @Override
            protected Shape computeValue(Class<?> type) {
                return shapeOf(type);
            }
        };

        static Shape of(Class<?> type) {
            return SHAPES.get(type);
        }

        private static Shape shapeOf(Class<?> type) {
            var components = List.of(type.getRecordComponents());
            try {
                return new Shape(
                        components,
                        components.stream().map(Fields::nameOf).toList(),
                        components.stream()
                                .filter(Fields::isNeeded)
                                .map(Fields::nameOf)
                                .collect(Collectors.toUnmodifiableSet()),
                        type.getDeclaredConstructor(components.stream()
                                .map(RecordComponent::getType)
                                .toArray(Class<?>[]::new)),
                        Arrays.stream(type.getDeclaredMethods())
                                .filter(it -> it.getName().equals("of"))
                                .findFirst()
                                .orElse(null));
            } catch (NoSuchMethodException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    private final SequencedMap<String, Leaf> leaves = new LinkedHashMap<>();
    private final SequencedMap<String, YamlSpot> spots = new LinkedHashMap<>();
    private String address = "";

    /** @param address {@code id@version} */
    void callIt(String address) {
        this.address = address;
    }

    SequencedMap<String, Leaf> leaves() {
        return Collections.unmodifiableSequencedMap(leaves);
    }

    /** Where a field of the file stands. */
    @Nullable
    YamlSpot spot(String field) {
        return spots.get(field);
    }

    /** @throws PolicyException naming file, line, column and field */
    <T> T read(Class<T> type, YamlSpot spot) {
        return type.cast(value(type, spot));
    }

    private Object value(Type type, YamlSpot spot) {
        spots.put(spot.field(), spot);
        if (type instanceof ParameterizedType generic) {
            var arguments = generic.getActualTypeArguments();
            return generic.getRawType() == List.class
                    ? list((Class<?>) arguments[0], spot)
                    : map((Class<?>) arguments[0], arguments[1], spot);
        }
        var plain = (Class<?>) type;
        if (Fields.isText(plain)) {
            return leaf(spot, text(plain, spot));
        }
        return plain.isAnnotationPresent(Keyed.class) && spot.isText() ? alone(plain, spot) : record(plain, spot);
    }

    private List<?> list(Class<?> item, YamlSpot spot) {
        if (Fields.isText(item)) {
            return leaf(spot, spot.list(each -> text(item, each)));
        }
        var keyed = item.isAnnotationPresent(Keyed.class);
        var seen = new ArrayList<String>();
        return spot.list(each -> {
            if (!keyed) {
                return value(item, each);
            }
            var key = each.isText()
                    ? each
                    : each.required(each.entries(), Shape.of(item).names().getFirst());
            var name = key.text();
            if (seen.contains(name)) {
                throw key.wrong("stands in the list twice");
            }
            seen.add(name);
            return value(item, each.called(spot.field() + "." + name));
        });
    }

    private SequencedMap<?, ?> map(Class<?> keys, Type values, YamlSpot spot) {
        var entries = new LinkedHashMap<Object, Object>();
        spot.entriesByKey().forEach((key, value) -> entries.put(text(keys, key), value(values, value)));
        return Collections.unmodifiableSequencedMap(entries);
    }

    private Object alone(Class<?> type, YamlSpot spot) {
        var components = Shape.of(type).components();
        var given = absent(components);
        given[0] = leaf(spot, text(components.getFirst().getType(), spot));
        return made(type, spot, given);
    }

    private Object record(Class<?> type, YamlSpot spot) {
        var shape = Shape.of(type);
        var components = shape.components();
        var fields = spot.fields(shape.names().toArray(String[]::new));
        var given = absent(components);
        boolean keyed = type.isAnnotationPresent(Keyed.class);
        for (int at = 0; at < components.size(); at++) {
            var name = shape.names().get(at);
            var field = shape.needed().contains(name) ? spot.required(fields, name) : fields.get(name);
            if (field != null && at == 0 && keyed) {
                // the key is part of the address, and the leaf is the thing itself
                spots.put(field.field(), field);
                given[at] = leaf(spot, text(components.get(at).getType(), field));
            } else if (field != null) {
                given[at] = value(components.get(at).getGenericType(), field);
            }
        }
        var made = made(type, spot, given);
        if (made instanceof Summed summed) {
            leaf(spot, summed.summary(), true);
        } else if (!keyed && !spot.field().isEmpty()) {
            leaf(spot, summary(shape, given), !fields.isEmpty());
        }
        return made;
    }

    /** The fields of a rule that are one text or a list of texts. */
    private static String summary(Shape shape, @Nullable Object[] given) {
        var said = new ArrayList<String>();
        for (int at = 0; at < given.length; at++) {
            var value = given[at];
            if (value != null && (Fields.isText(shape.components().get(at).getType()) || isTexts(value))) {
                said.add(shape.names().get(at) + " " + said(value));
            }
        }
        return said.isEmpty() ? "stated" : String.join(", ", said);
    }

    private static boolean isTexts(Object value) {
        return value instanceof List<?> list
                && !list.isEmpty()
                && Fields.isText(list.getFirst().getClass());
    }

    private static @Nullable Object[] absent(List<RecordComponent> components) {
        var given = new @Nullable Object[components.size()];
        for (int at = 0; at < components.size(); at++) {
            if (components.get(at).getType() == List.class) {
                given[at] = List.of();
            } else if (components.get(at).getType() == SequencedMap.class) {
                given[at] = Collections.unmodifiableSequencedMap(new LinkedHashMap<>());
            }
        }
        return given;
    }

    private static Object made(Class<?> type, YamlSpot spot, @Nullable Object[] given) {
        try {
            return Shape.of(type).constructor().newInstance(given);
        } catch (InvocationTargetException refused) {
            if (refused.getCause() instanceof IllegalArgumentException wrong) {
                throw spot.wrong(String.valueOf(wrong.getMessage()));
            }
            throw new IllegalStateException(refused);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Object text(Class<?> type, YamlSpot spot) {
        var text = spot.text();
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .filter(it -> Fields.written(it).equals(text))
                    .findFirst()
                    .orElseThrow(() -> spot.wrong("must be one of " + String.join(", ", Fields.constantsOf(type))));
        }
        var form = type.getAnnotation(Form.class);
        if (form != null) {
            return formed(type, form, spot, text);
        }
        try {
            return plain(type, text);
        } catch (IllegalArgumentException | DateTimeException wrong) {
            throw spot.wrong("must be " + Fields.PLAIN.get(type));
        }
    }

    private static Object plain(Class<?> type, String text) {
        if (type == String.class) {
            return text;
        }
        if (type == Boolean.class) {
            if (!text.equals("true") && !text.equals("false")) {
                throw new IllegalArgumentException(text);
            }
            return Boolean.valueOf(text);
        }
        if (type == LocalDate.class) {
            return LocalDate.parse(text);
        }
        if (type == Term.class) {
            return Term.of(text);
        }
        if (type == ZoneId.class) {
            if (!ZoneId.getAvailableZoneIds().contains(text)) {
                throw new IllegalArgumentException(text);
            }
            return ZoneId.of(text);
        }
        return Integer.valueOf(text);
    }

    private static Object formed(Class<?> type, Form form, YamlSpot spot, String text) {
        if (!text.matches(form.value())) {
            throw spot.wrong("must be " + form.says());
        }
        try {
            var shape = Shape.of(type);
            var of = shape.of();
            return of == null ? shape.constructor().newInstance(text) : of.invoke(null, text);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private <T> T leaf(YamlSpot spot, T value) {
        return leaf(spot, value, false);
    }

    private <T> T leaf(YamlSpot spot, T value, boolean whole) {
        var rule = addressOf(spot.field());
        leaves.put(rule, new Leaf(rule, said(value), spot.line(), spot.column(), whole, spot.comment()));
        return value;
    }

    private static String said(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(RecordReader::said).collect(Collectors.joining(", ", "[", "]"));
        }
        return value instanceof Enum<?> ? Fields.written(value) : value.toString();
    }

    /** {@code smallrig@2021-06#US-CA.rights.ERASURE.clocks.respond}. */
    String addressOf(String field) {
        var root = "jurisdictions.";
        return address + "#" + (field.startsWith(root) ? field.substring(root.length()) : field);
    }
}
