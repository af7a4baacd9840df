// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.parcel;

import io.habeas.fulfillment.parcel.Layout.Column;
import io.habeas.fulfillment.parcel.Layout.Section;
import io.habeas.fulfillment.parcel.Part.Line;
import io.habeas.fulfillment.parcel.Shelf.Package;
import io.habeas.fulfillment.parcel.Shelf.Piece;
import java.io.BufferedReader;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.lingala.zip4j.io.outputstream.ZipOutputStream;
import net.lingala.zip4j.model.ZipParameters;
import net.lingala.zip4j.model.enums.AesKeyStrength;
import net.lingala.zip4j.model.enums.CompressionMethod;
import net.lingala.zip4j.model.enums.EncryptionMethod;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/**
 * Makes the ZIP of a package straight into a stream: opens one part at a time and holds one record at a time. Nothing of it ever
 * lies on a disk here.
 */
final class PackageZip {

    /** Takes records one by one. */
    @FunctionalInterface
    interface Sink {
        void accept(Line line) throws IOException;
    }

    /** Hands out the records of a section. */
    interface Source {
        void forEach(Section section, Sink sink) throws IOException;
    }

    /**
     * What of a section was delivered and what was not.
     *
     * @param omitted by reason
     */
    record Count(Section section, long found, long delivered, Map<String, Long> omitted, String name) {}

    private record Entry(
            String store,
            String collection,
            long found,
            long delivered,
            Map<String, Long> omitted,
            List<Layout.Withheld> heldAndNeverDisclosed,
            List<String> leftOutAboutOthers,
            List<Layout.Withheld> keptBackByDecision,
            String json,
            String schema,
            String csv) {}

    private record Manifest(
            String format,
            String requestId,
            String reference,
            String controller,
            String language,
            @Nullable String collectedSince,
            @Nullable String completedAt,
            List<Layout.Receiver> recipients,
            List<Entry> contents) {}

    private final Shelf shelf;

    PackageZip(Shelf shelf) {
        this.shelf = shelf;
    }

    /** @param out is flushed and left open */
    void write(Package parcel, char[] passphrase, OutputStream out) throws IOException {
        var counts = counts(parcel);
        Source source = (section, sink) -> read(parcel, section, sink);
        try (var zip = new ZipOutputStream(new Unclosed(out), passphrase, StandardCharsets.UTF_8)) {
            text(zip, "index.html", writer -> new IndexPage(parcel, counts, source, writer).write());
            text(zip, "manifest.json", writer -> writer.write(pretty(manifest(parcel, counts))));
            for (var count : counts) {
                var section = count.section();
                text(zip, "data/" + count.name() + ".json", writer -> asJson(section, source, writer));
                text(zip, "schema/" + count.name() + ".json", writer -> writer.write(pretty(JsonSchema.of(section))));
                text(zip, "data/" + count.name() + ".csv", writer -> asCsv(section, source, writer));
            }
        }
        out.flush();
    }

    private List<Count> counts(Package parcel) {
        var counts = new ArrayList<Count>();
        var names = new java.util.HashSet<String>();
        for (var section : parcel.layout().sections()) {
            long delivered = 0;
            long before = 0;
            for (var piece : shelf.pieces(parcel.requestId(), section.store(), section.collection())) {
                delivered += piece.delivered();
                before += piece.beforeLookBack();
            }
            var leftOut = shelf.leftOut(parcel.requestId(), section);
            var omitted = omitted(section, delivered, before, leftOut);
            var name = safe(section.store()) + "/" + safe(section.collection());
            while (!names.add(name)) {
                name = name + "_";
            }
            long out = leftOut.values().stream().mapToLong(Long::longValue).sum();
            counts.add(new Count(section, delivered + before + out, delivered, omitted, name));
        }
        return counts;
    }

    /** Why records, or fields of delivered records, are not there. */
    static Map<String, Long> omitted(Section section, long delivered, long beforeLookBack, Map<String, Long> leftOut) {
        var omitted = new LinkedHashMap<>(leftOut);
        if (beforeLookBack > 0) {
            omitted.put("BEFORE_LOOK_BACK", beforeLookBack);
        }
        if (!section.withheld().isEmpty() && delivered > 0) {
            omitted.put("NEVER_DISCLOSED", delivered);
        }
        if (!section.aboutOthers().isEmpty() && delivered > 0) {
            omitted.put("ABOUT_SOMEONE_ELSE", delivered);
        }
        if (delivered > 0) {
            section.kept().forEach(it -> omitted.put(it.kind(), delivered));
        }
        return omitted;
    }

    private static String safe(String name) {
        var safe = name.replaceAll("[^\\p{L}\\p{N}._-]", "_").replace("..", "__");
        return safe.startsWith(".") ? "_" + safe.substring(1) : safe;
    }

    private Manifest manifest(Package parcel, List<Count> counts) {
        var since = parcel.collectedSince();
        var completed = parcel.completedAt();
        return new Manifest(
                "habeas-package-1",
                parcel.requestId().toString(),
                parcel.reference(),
                parcel.controller(),
                parcel.language(),
                since == null ? null : since.toString(),
                completed == null ? null : completed.toString(),
                parcel.layout().recipients(),
                counts.stream()
                        .map(count -> new Entry(
                                count.section().store(),
                                count.section().collection(),
                                count.found(),
                                count.delivered(),
                                count.omitted(),
                                count.section().withheld(),
                                count.section().aboutOthers(),
                                count.section().kept(),
                                "data/" + count.name() + ".json",
                                "schema/" + count.name() + ".json",
                                "data/" + count.name() + ".csv"))
                        .toList());
    }

    private void read(Package parcel, Section section, Sink sink) throws IOException {
        for (Piece piece : shelf.pieces(parcel.requestId(), section.store(), section.collection())) {
            if (piece.delivered() == 0) {
                continue;
            }
            try (var lines =
                    new BufferedReader(new InputStreamReader(shelf.open(parcel, piece), StandardCharsets.UTF_8))) {
                for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                    sink.accept(Part.LINES.readValue(line, Line.class));
                }
            }
        }
    }

    private void asJson(Section section, Source source, Writer writer) throws IOException {
        var separator = new String[] {"[\n"};
        source.forEach(section, line -> {
            var record = new LinkedHashMap<String, Object>();
            record.put("store", section.store());
            record.put("lastChanged", line.changed() == null ? "unknown" : line.changed());
            record.put("data", line.data());
            writer.write(separator[0]);
            writer.write(Part.LINES.writeValueAsString(record));
            separator[0] = ",\n";
        });
        writer.write(separator[0].startsWith("[") ? "[]\n" : "\n]\n");
    }

    private void asCsv(Section section, Source source, Writer writer) throws IOException {
        var names = new ArrayList<String>();
        names.add("store");
        names.add("lastChanged");
        section.columns().stream().map(Column::name).forEach(names::add);
        var format = CSVFormat.RFC4180
                .builder()
                .setHeader(names.toArray(String[]::new))
                .get();
        var printer = new CSVPrinter(writer, format);
        source.forEach(section, line -> {
            var cells = new ArrayList<@Nullable Object>();
            cells.add(section.store());
            cells.add(line.changed() == null ? "unknown" : line.changed());
            section.columns().forEach(column -> cells.add(cell(line.data().get(column.name()))));
            printer.printRecord(cells);
        });
        printer.flush();
    }

    /** A spreadsheet would run a text that looks like a formula; an apostrophe in front keeps it a text. */
    private @Nullable Object cell(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case String text -> !text.isEmpty() && "=+-@\t\r\n".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
            case List<?> several -> Part.LINES.writeValueAsString(several);
            case Map<?, ?> nested -> Part.LINES.writeValueAsString(nested);
            default -> value;
        };
    }

    private String pretty(Object value) {
        return Part.LINES.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
    }

    @FunctionalInterface
    private interface Content {
        void write(Writer writer) throws IOException;
    }

    private static void text(ZipOutputStream zip, String name, Content content) throws IOException {
        var parameters = new ZipParameters();
        parameters.setFileNameInZip(name);
        parameters.setCompressionMethod(CompressionMethod.DEFLATE);
        parameters.setEncryptFiles(true);
        parameters.setEncryptionMethod(EncryptionMethod.AES);
        parameters.setAesKeyStrength(AesKeyStrength.KEY_STRENGTH_256);
        zip.putNextEntry(parameters);
        var writer = new OutputStreamWriter(new Unclosed(zip), StandardCharsets.UTF_8);
        content.write(writer);
        writer.flush();
        zip.closeEntry();
    }

    /** Lets what is above be closed and stays open. */
    private static final class Unclosed extends FilterOutputStream {

        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
