// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.parcel;

import io.habeas.connector.Reading;
import io.habeas.fulfillment.parcel.Layout.Column;
import io.habeas.fulfillment.parcel.Layout.Section;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** One sealed part in the making: what one chunk of one collection hands out. Nothing of it can be read before it is kept. */
public final class Part implements Reading.Consumer, AutoCloseable {

    /** What makes a sealed stream of a plain one. */
    @FunctionalInterface
    interface Sealing {
        OutputStream over(OutputStream below) throws IOException;
    }

    /**
     * One record inside a part.
     *
     * @param changed when it last changed, as ISO-8601; absent where it is not known
     */
    record Line(@Nullable String changed, Map<String, @Nullable Object> data) {
        @Override
        public String toString() {
            return "Line[]";
        }
    }

    /** What lies in stores may be long and deep, unlike what callers may send. */
    static final JsonMapper LINES = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Section section;
    private final @Nullable Instant since;
    private final Path place;
    private final Path unfinished;
    private final OutputStream sealed;
    private int delivered;
    private int beforeLookBack;
    private boolean closed;
    private @Nullable WithheldException withheld;

    /** @param since older dated records are left out */
    Part(Section section, @Nullable Instant since, Path place, Path unfinished, Sealing sealing) throws IOException {
        this.section = section;
        this.since = since;
        this.place = place;
        this.unfinished = unfinished;
        this.sealed = sealing.over(new DurableFile(unfinished));
    }

    /** The fields to read from the store. */
    public static List<String> fields(Section section) {
        var fields = new java.util.LinkedHashSet<String>();
        section.columns().stream().map(Column::name).forEach(fields::add);
        if (section.changedAt() != null) {
            fields.add(section.changedAt());
        }
        if (section.dated() != null) {
            fields.add(section.dated());
        }
        return List.copyOf(fields);
    }

    @Override
    public void accept(Reading.Record record) throws IOException {
        if (since != null && section.dated() != null && before(record.fields().get(section.dated()), since)) {
            beforeLookBack++;
            return;
        }
        var data = new LinkedHashMap<String, @Nullable Object>();
        for (var column : section.columns()) {
            var value = record.fields().get(column.name());
            var hit = DisclosureGuard.look(value);
            if (hit.isPresent()) {
                withheld = new WithheldException(section.store(), section.collection(), column.name(), hit.get());
                throw withheld;
            }
            data.put(column.name(), plain(value));
        }
        var changed = section.changedAt() == null ? null : record.fields().get(section.changedAt());
        var line = new Line(changed == null ? null : String.valueOf(plain(changed)), data);
        sealed.write(LINES.writeValueAsBytes(line));
        sealed.write('\n');
        delivered++;
    }

    private static boolean before(@Nullable Object value, Instant since) {
        return switch (value) {
            case Instant instant -> instant.isBefore(since);
            case LocalDate day ->
                !day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().isAfter(since);
            case null, default -> false;
        };
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case String text -> text;
            case Boolean truth -> truth;
            case Long number -> number;
            case Integer number -> number;
            case BigDecimal number -> number;
            case Double number -> number;
            case byte[] bytes -> Base64.getEncoder().encodeToString(bytes);
            case List<?> several -> several.stream().map(Part::plain).toList();
            case Map<?, ?> nested -> {
                var copy = new LinkedHashMap<String, @Nullable Object>();
                nested.forEach((name, inner) -> copy.put(String.valueOf(name), plain(inner)));
                yield copy;
            }
            default -> value.toString();
        };
    }

    /** What stopped it, if it was something that is never disclosed. */
    public @Nullable WithheldException withheld() {
        return withheld;
    }

    public int delivered() {
        return delivered;
    }

    public int beforeLookBack() {
        return beforeLookBack;
    }

    /** Makes the part a part of the package: durable, under its name, or not at all. */
    public void keep() throws IOException {
        sealed.close();
        closed = true;
        Files.move(unfinished, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (var folder = FileChannel.open(place.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /** Throws away what was not kept. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            try {
                sealed.close();
            } finally {
                Files.deleteIfExists(unfinished);
            }
        }
    }

    /** Is on the disk before it counts as closed. */
    private static final class DurableFile extends FileOutputStream {

        DurableFile(Path file) throws IOException {
            super(file.toFile());
        }

        @Override
        public void close() throws IOException {
            if (getChannel().isOpen()) {
                getFD().sync();
            }
            super.close();
        }
    }
}
