// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata.hunt;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The bytes that one mark leaves in one encoding.
 *
 * @param exact whether upper and lower case differ; where they do not, the bytes are in lower case
 */
record Trace(String mark, String encoding, byte[] bytes, boolean exact) {

    private static final int LEAST_BYTES = 5;

    /** Every usual way to write the mark. */
    static List<Trace> of(String mark) {
        if (mark.getBytes(UTF_8).length < 8) {
            throw new IllegalArgumentException("a mark needs 8 bytes or more, else chance finds it");
        }
        var traces = new ArrayList<Trace>();
        // the hunt folds ASCII letters alone: other scripts, and escapes of letters, are other bytes in capitals
        for (var written : List.of(mark, mark.toLowerCase(Locale.ROOT), mark.toUpperCase(Locale.ROOT))) {
            texts(written).forEach((encoding, text) -> {
                var bytes = text.getBytes(UTF_8);
                traces.add(folded(mark, encoding, bytes));
                traces.add(folded(mark, "hex of " + encoding, hex(bytes)));
                base64(mark, encoding, bytes, traces);
            });
            traces.add(folded(mark, "UTF-16LE", written.getBytes(UTF_16LE)));
            traces.add(folded(mark, "UTF-16BE", written.getBytes(UTF_16BE)));
            base64(mark, "UTF-16LE", written.getBytes(UTF_16LE), traces);
        }
        return unique(traces);
    }

    private static Map<String, String> texts(String mark) {
        var texts = new LinkedHashMap<String, String>();
        texts.put("UTF-8", mark);
        texts.put("JSON, other than ASCII escaped", json(mark, false));
        texts.put("JSON, all escaped", json(mark, true));
        texts.put(
                "JSON, quotes escaped",
                mark.replace("\\", "\\\\").replace("\"", "\\\"").replace("/", "\\/"));
        texts.put("URL", URLEncoder.encode(mark, UTF_8));
        texts.put("URL, %20", URLEncoder.encode(mark, UTF_8).replace("+", "%20"));
        texts.put("URL, all escaped", escaped(mark, '%', true));
        texts.put("quoted-printable", escaped(mark, '=', false));
        texts.put("HTML", html(mark));
        return texts;
    }

    private static String json(String mark, boolean all) {
        var text = new StringBuilder();
        mark.chars().forEach(unit -> {
            if (all || unit > 0x7e) {
                text.append(String.format(Locale.ROOT, "\\u%04x", unit));
            } else {
                text.append((char) unit);
            }
        });
        return text.toString();
    }

    private static String escaped(String mark, char sign, boolean all) {
        var text = new StringBuilder();
        for (var one : mark.getBytes(UTF_8)) {
            if (all || one < 0 || one == sign) {
                text.append(sign).append(HexFormat.of().withUpperCase().toHexDigits(one));
            } else {
                text.append((char) one);
            }
        }
        return text.toString();
    }

    private static String html(String mark) {
        return mark.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static byte[] hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes).getBytes(StandardCharsets.US_ASCII);
    }

    /** What stands before and after the mark shares characters with it; those are left out. */
    private static void base64(String mark, String encoding, byte[] bytes, List<Trace> traces) {
        for (var before = 0; before < 3; before++) {
            var shifted = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, shifted, before, bytes.length);
            var from = before == 0 ? 0 : before + 1;
            var to = shifted.length * 8 / 6;
            for (var encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
                var text = encoder.withoutPadding().encodeToString(shifted).substring(from, to);
                traces.add(new Trace(mark, "base64 of " + encoding, text.getBytes(StandardCharsets.US_ASCII), true));
            }
        }
    }

    private static Trace folded(String mark, String encoding, byte[] bytes) {
        var folded = bytes.clone();
        for (var i = 0; i < folded.length; i++) {
            folded[i] = fold(folded[i]);
        }
        return new Trace(mark, encoding, folded, false);
    }

    static byte fold(byte one) {
        return one >= 'A' && one <= 'Z' ? (byte) (one + ('a' - 'A')) : one;
    }

    private static List<Trace> unique(List<Trace> traces) {
        var byBytes = new LinkedHashMap<String, Trace>();
        for (var trace : traces) {
            if (trace.bytes.length < LEAST_BYTES) {
                throw new IllegalArgumentException("a mark is too short for " + trace.encoding);
            }
            byBytes.putIfAbsent(trace.exact + HexFormat.of().formatHex(trace.bytes), trace);
        }
        return List.copyOf(byBytes.values());
    }
}
