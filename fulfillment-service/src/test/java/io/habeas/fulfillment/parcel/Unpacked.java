// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.parcel;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import net.lingala.zip4j.io.inputstream.ZipInputStream;

/** Fetches a package as a person does, and opens the ZIP with the passphrase. */
public record Unpacked(byte[] zip, String passphrase, Map<String, String> files) {

    public static Unpacked fetch(Shelf shelf, UUID requestId) throws Exception {
        var pass = shelf.pass(requestId, "requester");
        var taken = shelf.take(requestId, pass.link(), "requester");
        var bytes = new ByteArrayOutputStream();
        new PackageZip(shelf).write(taken.parcel(), taken.passphrase().toCharArray(), bytes);
        return new Unpacked(bytes.toByteArray(), pass.passphrase(), open(bytes.toByteArray(), pass.passphrase()));
    }

    /** The link that was made last, tried without counting on success. */
    public static boolean refuses(Shelf shelf, UUID requestId, String link) {
        try {
            shelf.take(requestId, link, "requester");
            return false;
        } catch (Shelf.NotFetchableException not) {
            return true;
        }
    }

    public static boolean isOver(Shelf shelf, UUID requestId) {
        try {
            shelf.pass(requestId, "requester");
            return false;
        } catch (Shelf.NotFetchableException not) {
            return not.refusal() == Shelf.Refusal.OVER;
        }
    }

    public static Map<String, String> open(byte[] zip, String passphrase) throws IOException {
        var files = new LinkedHashMap<String, String>();
        try (var in = new ZipInputStream(new ByteArrayInputStream(zip), passphrase.toCharArray())) {
            for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                files.put(entry.getFileName(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return files;
    }
}
