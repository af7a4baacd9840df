// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata.hunt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.apache.kafka.common.record.FileRecords;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.utils.BufferSupplier;
import org.jspecify.annotations.Nullable;

/** A file of Kafka's log: its record batches may be compressed, so that the raw file hides what is in it. */
final class KafkaSegment {

    private static final Pattern NAME = Pattern.compile("[0-9]{20}\\.log(\\.(deleted|cleaned|swap))?");

    private KafkaSegment() {}

    static boolean is(Path file) {
        return NAME.matcher(String.valueOf(file.getFileName())).matches();
    }

    /** Keys, values and headers of every record. */
    static void read(Path file, BiConsumer<String, byte[]> part) throws IOException {
        var records = FileRecords.open(file.toFile(), false);
        try (var buffers = BufferSupplier.create()) {
            for (var batch : records.batches()) {
                try (var decoded = batch.streamingIterator(buffers)) {
                    while (decoded.hasNext()) {
                        parts(file, decoded.next(), part);
                    }
                }
            }
        } finally {
            // close() would cut a segment that grew meanwhile back to what was read; it is the broker's
            records.closeHandlers();
        }
    }

    private static void parts(Path file, Record one, BiConsumer<String, byte[]> part) {
        var where = file + " record " + one.offset();
        part.accept(where + " key", bytes(one.key()));
        part.accept(where + " value", bytes(one.value()));
        for (var header : one.headers()) {
            part.accept(where + " header name", header.key().getBytes(StandardCharsets.UTF_8));
            part.accept(where + " header", header.value() == null ? new byte[0] : header.value());
        }
    }

    private static byte[] bytes(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return new byte[0];
        }
        var bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
