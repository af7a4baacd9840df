// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Announcements as they may come: every constant of every enum occurs, and everything that may be absent is absent once. */
final class SampleAnnouncements {

    private SampleAnnouncements() {}

    static List<Object> of(Class<?> record) {
        int full = Math.max(1, mostConstants(record));
        return IntStream.rangeClosed(0, full)
                .mapToObj(turn -> make(record, turn, turn == full))
                .toList();
    }

    private static int mostConstants(Type type) {
        if (type instanceof ParameterizedType list) {
            return mostConstants(list.getActualTypeArguments()[0]);
        }
        var plain = (Class<?>) type;
        if (plain.isEnum()) {
            return plain.getEnumConstants().length;
        }
        return !plain.isRecord()
                ? 0
                : Arrays.stream(plain.getRecordComponents())
                        .mapToInt(component -> mostConstants(component.getGenericType()))
                        .max()
                        .orElse(0);
    }

    private static Object make(Class<?> record, int turn, boolean least) {
        var components = record.getRecordComponents();
        var values = Arrays.stream(components)
                .map(component -> value(component, turn, least))
                .toArray();
        try {
            var constructor = record.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException failed) {
            throw new IllegalStateException("a sample of " + record + " can not be made", failed);
        }
    }

    private static @Nullable Object value(RecordComponent component, int turn, boolean least) {
        return least && AsyncApiDocument.isNullable(component)
                ? null
                : value(component.getGenericType(), component.getName(), turn, least);
    }

    private static Object value(Type type, String name, int turn, boolean least) {
        if (type instanceof ParameterizedType list) {
            return List.of(value(list.getActualTypeArguments()[0], name, turn, least));
        }
        var plain = (Class<?>) type;
        if (plain == UUID.class) {
            return UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        if (plain == Instant.class) {
            return Instant.parse("2026-01-02T03:04:05Z");
        }
        if (plain == LocalDate.class) {
            return LocalDate.parse("2029-01-02");
        }
        if (plain == String.class) {
            return "sample-" + name;
        }
        if (plain == boolean.class) {
            return turn % 2 == 0;
        }
        if (plain == int.class) {
            return turn + 1;
        }
        if (plain == long.class) {
            return turn + 7L;
        }
        if (plain.isEnum()) {
            var constants = plain.getEnumConstants();
            return constants[turn % constants.length];
        }
        return make(plain, turn, least);
    }
}
