// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata.hunt;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.zip.GZIPInputStream;
import javax.sql.DataSource;

/**
 * Looks for marks, names and addresses that exist for the hunt alone, in everything that a running installation leaves
 * behind. Finds them in UTF-8 and UTF-16, in any case, escaped for JSON, URLs and HTML, in hex, in base64 of both
 * alphabets and all alignments, over line breaks, in gzip files, and in Kafka segments whatever their compression.
 *
 * <p>Does not see through encryption, ZIP files, PostgreSQL's own compression of long values (hunt the tables too), or a
 * mark that was cut in two. One hunt belongs to one thread.
 */
public final class CanaryHunt {

    private static final int ROWS = 500;

    private final Scent scent;
    private final List<Find> finds = new ArrayList<>();
    private long files;
    private long bytes;
    private long values;

    /** @param marks of 8 bytes or more, that nothing else can hold by chance */
    public CanaryHunt(Collection<String> marks) {
        this.scent = new Scent(new LinkedHashSet<>(marks));
    }

    /** What was found so far, in the order of looking. */
    public List<Find> finds() {
        return List.copyOf(finds);
    }

    /** How many files were read; a hunt that read none proves nothing. */
    public long files() {
        return files;
    }

    /** How many bytes were read, unpacked ones included. */
    public long bytes() {
        return bytes;
    }

    /** How many values of databases and parts of records were read. */
    public long values() {
        return values;
    }

    /** Reads a file, or everything below a directory; a file that vanishes meanwhile is left out. */
    public CanaryHunt through(Path root) throws IOException {
        if (!Files.exists(root)) {
            throw new NoSuchFileException(root.toString());
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    file(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
        return this;
    }

    private void file(Path file) throws IOException {
        try (var in = new BufferedInputStream(Files.newInputStream(file))) {
            files++;
            name(file);
            in.mark(2);
            var isGzip = in.read() == 0x1f && in.read() == 0x8b;
            in.reset();
            through(file.toString(), in);
            if (isGzip) {
                try (var unpacked = new GZIPInputStream(Files.newInputStream(file))) {
                    through(file + " unpacked", unpacked);
                }
            }
        } catch (NoSuchFileException _) {
            return;
        }
        if (KafkaSegment.is(file)) {
            KafkaSegment.read(file, this::value);
        }
    }

    /** A file's name can tell as much as what is in it. */
    private void name(Path file) {
        value("name of " + file, file.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Reads a stream to its end and leaves it open. */
    public CanaryHunt through(String where, InputStream in) throws IOException {
        var stream = new Stream(scent, where, finds::add);
        var piece = new byte[Stream.piece()];
        for (var length = in.read(piece); length >= 0; length = in.read(piece)) {
            stream.add(piece, length);
            bytes += length;
        }
        stream.finish();
        return this;
    }

    /** Reads every value of every table outside the system's schemas. */
    public CanaryHunt through(String name, DataSource database) throws SQLException {
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            for (var table : tables(connection)) {
                table(connection, name + "." + table, table);
            }
            connection.rollback();
        }
        return this;
    }

    private static List<String> tables(Connection connection) throws SQLException {
        try (var query = connection.prepareStatement("""
                        SELECT format('%I.%I', nspname, relname) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
                        WHERE relkind IN ('r', 'm', 'S') AND nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
                        ORDER BY 1""");
                var rows = query.executeQuery()) {
            var tables = new ArrayList<String>();
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
            return tables;
        }
    }

    private void table(Connection connection, String where, String table) throws SQLException {
        try (var query = connection.createStatement()) {
            query.setFetchSize(ROWS);
            try (var rows = query.executeQuery("SELECT * FROM " + table)) {
                var columns = rows.getMetaData();
                for (var row = 1L; rows.next(); row++) {
                    for (var column = 1; column <= columns.getColumnCount(); column++) {
                        var isBytes = columns.getColumnType(column) == Types.BINARY;
                        var text = isBytes ? null : rows.getString(column);
                        var value = isBytes
                                ? rows.getBytes(column)
                                : text == null ? null : text.getBytes(StandardCharsets.UTF_8);
                        if (value != null) {
                            value(where + "." + columns.getColumnName(column) + " row " + row, value);
                        }
                    }
                }
            }
        }
    }

    private void value(String where, byte[] value) {
        values++;
        bytes += value.length;
        if (value.length > Stream.piece()) {
            try {
                through(where, new ByteArrayInputStream(value));
            } catch (IOException e) {
                throw new IllegalStateException("an array cannot fail to be read", e);
            }
            return;
        }
        scent.follow(
                value,
                0,
                value.length,
                (position, trace) -> finds.add(new Find(where, position, trace.mark(), trace.encoding())));
        if (new String(value, StandardCharsets.ISO_8859_1).indexOf('\n') >= 0) {
            var joined = new String(value, StandardCharsets.ISO_8859_1)
                    .replace("\r", "")
                    .replace("\n", "")
                    .getBytes(StandardCharsets.ISO_8859_1);
            scent.follow(
                    joined,
                    0,
                    joined.length,
                    (position, trace) ->
                            finds.add(new Find(where, position, trace.mark(), trace.encoding() + ", over lines")));
        }
    }
}
