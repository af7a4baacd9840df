// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.parcel;

import static io.habeas.fulfillment.parcel.Wording.escaped;

import io.habeas.fulfillment.datamap.DataMap;
import io.habeas.fulfillment.parcel.Layout.Column;
import io.habeas.fulfillment.parcel.Layout.Section;
import io.habeas.fulfillment.parcel.PackageZip.Count;
import io.habeas.fulfillment.parcel.PackageZip.Source;
import io.habeas.fulfillment.parcel.Shelf.Package;
import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The page for a person: categories, sources, purposes, recipients and the pieces, then what was left out. No script, every value escaped. */
final class IndexPage {

    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="%s">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <title>%s</title>
            <style>
            body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
            table{border-collapse:collapse;width:100%%;margin:0 0 1rem}
            th,td{border:1px solid #999;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
            th{background:#f2f2f2}
            h2{margin-top:2.5rem}
            .piece th{width:14rem}
            </style>
            </head>
            <body>
            """;

    private final Package parcel;
    private final List<Count> counts;
    private final Source source;
    private final Writer out;

    IndexPage(Package parcel, List<Count> counts, Source source, Writer out) {
        this.parcel = parcel;
        this.counts = counts;
        this.source = source;
        this.out = out;
    }

    void write() throws IOException {
        var language = parcel.language().startsWith("zh") ? "zh-CN" : "en";
        out.write(HEAD.formatted(language, word(Wording.TITLE)));
        out.write("<h1>" + word(Wording.TITLE) + "</h1>\n<table>\n");
        row(word(Wording.HELD_BY), parcel.controller());
        row(word(Wording.REFERENCE), parcel.reference());
        row(word(Wording.REQUEST), parcel.requestId().toString());
        row(word(Wording.MADE), String.valueOf(parcel.completedAt()));
        if (parcel.collectedSince() != null) {
            row(word(Wording.WINDOW), parcel.collectedSince().toString());
        }
        out.write("</table>\n<p>" + word(Wording.MACHINE) + "</p>\n");
        categories();
        sources();
        purposes();
        recipients();
        pieces();
        leftOut();
        out.write("</body>\n</html>\n");
    }

    private String word(Wording wording) {
        return escaped(wording.in(parcel.language()));
    }

    /** What the person has something in. */
    private List<Section> held() {
        return counts.stream()
                .filter(count -> count.found() > 0)
                .map(Count::section)
                .toList();
    }

    private void categories() throws IOException {
        var categories = new TreeMap<String, Set<String>>();
        for (var section : held()) {
            for (var column : section.columns()) {
                categories
                        .computeIfAbsent(orUnknown(column.category()), _ -> new LinkedHashSet<>())
                        .add(section.collection() + "." + column.name());
            }
        }
        table(Wording.CATEGORIES, Wording.CATEGORY, Wording.FIELDS, categories);
    }

    private void sources() throws IOException {
        var sources = new TreeMap<String, Set<String>>();
        for (var section : held()) {
            for (var column : section.columns()) {
                var from = column.source() == null ? section.source() : column.source();
                sources.computeIfAbsent(orUnknown(from), _ -> new LinkedHashSet<>())
                        .add(section.store() + " / " + section.collection() + "." + column.name());
            }
        }
        table(Wording.SOURCES, Wording.SOURCE, Wording.FIELDS, sources);
    }

    private void purposes() throws IOException {
        var purposes = new TreeMap<String, Set<String>>();
        for (var section : held()) {
            for (var column : section.columns()) {
                purposesOf(column).forEach(purpose -> purposes.computeIfAbsent(purpose, _ -> new LinkedHashSet<>())
                        .add(section.collection() + "." + column.name()));
            }
        }
        table(Wording.PURPOSES, Wording.PURPOSE, Wording.FIELDS, purposes);
    }

    private List<String> purposesOf(Column column) {
        var basis = column.legalBasis() == null
                ? ""
                : " (" + Wording.BASIS.in(parcel.language()) + ": " + column.legalBasis() + ")";
        return column.purposes().isEmpty()
                ? List.of(orUnknown(null) + basis)
                : column.purposes().stream().map(it -> it + basis).toList();
    }

    private String orUnknown(@Nullable String text) {
        return text == null ? Wording.UNKNOWN.in(parcel.language()) : text;
    }

    private void table(Wording title, Wording first, Wording second, Map<String, Set<String>> rows) throws IOException {
        out.write("<h2>" + word(title) + "</h2>\n");
        if (rows.isEmpty()) {
            out.write("<p>" + word(Wording.NOTHING) + "</p>\n");
            return;
        }
        out.write("<table>\n<tr><th>" + word(first) + "</th><th>" + word(second) + "</th></tr>\n");
        for (var row : rows.entrySet()) {
            out.write("<tr><td>" + escaped(row.getKey()) + "</td><td>" + escaped(String.join(", ", row.getValue()))
                    + "</td></tr>\n");
        }
        out.write("</table>\n");
    }

    private void recipients() throws IOException {
        out.write("<h2>" + word(Wording.RECIPIENTS) + "</h2>\n");
        if (parcel.layout().recipients().isEmpty()) {
            out.write("<p>" + word(Wording.NO_RECIPIENTS) + "</p>\n");
            return;
        }
        out.write("<table>\n<tr><th>" + word(Wording.RECIPIENT) + "</th><th>" + word(Wording.ROLE) + "</th><th>"
                + word(Wording.COUNTRY) + "</th><th>" + word(Wording.RECEIVES) + "</th></tr>\n");
        for (var recipient : parcel.layout().recipients()) {
            out.write("<tr><td>" + escaped(recipient.id()) + "</td><td>" + escaped(recipient.role()) + "</td><td>"
                    + escaped(orUnknown(recipient.country())) + "</td><td>"
                    + escaped(String.join(", ", recipient.receives())) + "</td></tr>\n");
        }
        out.write("</table>\n");
    }

    private void pieces() throws IOException {
        out.write("<h2>" + word(Wording.PIECES) + "</h2>\n");
        for (var count : counts) {
            out.write("<h3>"
                    + escaped(count.section().store() + " / " + count.section().collection()) + " (" + count.delivered()
                    + " " + word(Wording.RECORDS) + ")</h3>\n");
            if (count.delivered() == 0) {
                boolean older = count.omitted().getOrDefault("BEFORE_LOOK_BACK", 0L) > 0;
                out.write("<p>" + word(older ? Wording.OLDER_ALONE : Wording.NOTHING) + "</p>\n");
                continue;
            }
            source.forEach(count.section(), line -> {
                out.write("<table class=\"piece\">\n");
                for (var column : count.section().columns()) {
                    var value = line.data().get(column.name());
                    row(
                            escaped(column.name())
                                    + (column.category() == null ? "" : " [" + escaped(column.category()) + "]"),
                            value == null ? "" : value.toString());
                }
                row(word(Wording.LAST_CHANGED), orUnknown(line.changed()));
                out.write("</table>\n");
            });
        }
    }

    private void leftOut() throws IOException {
        out.write("<h2>" + word(Wording.LEFT_OUT) + "</h2>\n<ul>\n");
        boolean nothing = true;
        for (var count : counts) {
            var section = count.section();
            var name = escaped(section.store() + " / " + section.collection());
            long before = count.omitted().getOrDefault("BEFORE_LOOK_BACK", 0L);
            if (before > 0) {
                nothing = false;
                out.write("<li>" + name + ": " + before + " " + word(Wording.BEFORE_LOOK_BACK) + "</li>\n");
            }
            for (var left : count.omitted().entrySet()) {
                if (DataMap.Exclusion.named(left.getKey()).isPresent()) {
                    nothing = false;
                    out.write("<li>" + name + ": " + left.getValue() + " " + word(Wording.OUTSIDE_POLICY) + " ("
                            + escaped(left.getKey()) + ")"
                            + parcel.layout()
                                    .askAbout(left.getKey())
                                    .map(it -> "; " + word(Wording.ASK) + ": " + escaped(it))
                                    .orElse("")
                            + "</li>\n");
                }
            }
            if (count.omitted().containsKey("NEVER_DISCLOSED")) {
                nothing = false;
                var fields = section.withheld().stream()
                        .map(it -> it.name() + " (" + it.kind() + ")")
                        .collect(Collectors.joining(", "));
                out.write("<li>" + name + ": " + escaped(fields) + " " + word(Wording.NEVER_DISCLOSED) + "</li>\n");
            }
            if (!section.kept().isEmpty() && count.delivered() > 0) {
                nothing = false;
                var fields = section.kept().stream()
                        .map(it -> it.name() + " (" + it.kind() + ")")
                        .collect(Collectors.joining(", "));
                out.write("<li>" + name + ": " + escaped(fields) + " " + word(Wording.KEPT_BACK) + " ("
                        + count.delivered() + " " + word(Wording.RECORDS) + ")</li>\n");
            }
            if (count.omitted().containsKey("ABOUT_SOMEONE_ELSE")) {
                nothing = false;
                out.write("<li>" + name + ": " + escaped(String.join(", ", section.aboutOthers())) + " "
                        + word(Wording.ABOUT_SOMEONE_ELSE) + "</li>\n");
            }
        }
        out.write("</ul>\n" + (nothing ? "<p>" + word(Wording.NOTHING_LEFT_OUT) + "</p>\n" : ""));
    }

    /** @param title is HTML already */
    private void row(String title, String value) throws IOException {
        out.write("<tr><th>" + title + "</th><td>" + escaped(value) + "</td></tr>\n");
    }
}
