// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Recipients of notices, on bare sockets so that they can misbehave below HTTP too. Each acts once for each id of a notice, however often it
 * is told, and enters that into the ledger before it answers.
 */
final class Recipients implements AutoCloseable {

    /** How a recipient treats a notice. */
    enum Mood {
        DONE,
        ACCEPTED,
        FAILS,
        FLAPS,
        ACTS_AND_RESETS,
        RESETS_IN_THE_ANSWER,
        HALF_CLOSES,
        SILENT,
        SILENT_AFTER_HEADERS,
        ONE_BYTE_A_SECOND,
        NEVER_ENDS,
        GARBAGE
    }

    static final String SECRET = "whsec_"
            + Base64.getEncoder().encodeToString("harness-only-not-a-secret-0001".getBytes(StandardCharsets.US_ASCII));
    private static final InstantSource REAL = InstantSource.system();
    private static final Duration LONGEST = Duration.ofSeconds(40);
    private static final int LONGEST_LINE = 8_192;

    private final Ledger ledger;
    private final ServerSocket server;
    private final Map<String, Mood> moods = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final Set<String> acted = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Recipients(Ledger ledger) throws IOException {
        this.ledger = ledger;
        this.server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("recipients").start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    void mood(String recipient, Mood mood) {
        moods.put(recipient, mood);
    }

    void allWell() {
        moods.clear();
    }

    /** Notices and questions that reached it. */
    int calls(String recipient) {
        var count = calls.get(recipient);
        return count == null ? 0 : count.get();
    }

    private void accept() {
        while (!closed) {
            try {
                var socket = server.accept();
                Thread.ofVirtual().name("recipient").start(() -> serve(socket));
            } catch (IOException ended) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setSoTimeout((int) LONGEST.toMillis());
            var in = new BufferedInputStream(socket.getInputStream());
            var words = line(in).split(" ", 3);
            int length = 0;
            var id = "";
            for (var header = line(in); !header.isEmpty(); header = line(in)) {
                int colon = header.indexOf(':');
                var value = header.substring(colon + 1).strip();
                switch (header.substring(0, colon).toLowerCase(Locale.ROOT)) {
                    case "content-length" -> length = Integer.parseInt(value);
                    case "webhook-id" -> id = value;
                    default -> {
                        // of no interest
                    }
                }
            }
            in.readNBytes(length);
            answer(socket, words[0].equals("POST"), words[1].split("/", 3)[1], id);
        } catch (IOException broken) {
            // the caller went away, or was sent away
        }
    }

    private void answer(Socket socket, boolean told, String recipient, String id) throws IOException {
        int call = calls.computeIfAbsent(recipient, any -> new AtomicInteger()).incrementAndGet();
        var mood = moods.getOrDefault(recipient, Mood.DONE);
        boolean refuses = mood == Mood.FAILS || mood == Mood.FLAPS && call % 2 == 1;
        if (told && !refuses && mood != Mood.SILENT) {
            boolean first = acted.add(recipient + "/" + id);
            ledger.write(LedgerEntry.effect(recipient, id, first ? "acted" : "repeated", mood.name()));
        }
        var out = socket.getOutputStream();
        switch (mood) {
            case DONE -> out.write(response(200, id, "done"));
            case ACCEPTED -> out.write(response(told ? 202 : 200, id, "accepted"));
            case FAILS -> out.write(response(500, id, "failed"));
            case FLAPS -> out.write(refuses ? response(500, id, "failed") : response(200, id, "done"));
            case ACTS_AND_RESETS -> socket.setSoLinger(true, 0);
            case RESETS_IN_THE_ANSWER -> {
                var whole = response(200, id, "done");
                out.write(whole, 0, whole.length - 10);
                out.flush();
                socket.setSoLinger(true, 0);
            }
            case HALF_CLOSES -> {
                var whole = response(200, id, "done");
                out.write(whole, 0, whole.length - 10);
                out.flush();
                socket.shutdownOutput();
                untilGone(socket);
            }
            case SILENT -> untilGone(socket);
            case SILENT_AFTER_HEADERS -> {
                out.write(head("content-length: 100"));
                out.flush();
                untilGone(socket);
            }
            case ONE_BYTE_A_SECOND -> {
                out.write(head("content-length: 1000"));
                for (int i = 0; i < LONGEST.toSeconds(); i++) {
                    out.write('x');
                    out.flush();
                    LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
                }
            }
            case NEVER_ENDS -> {
                out.write(head("connection: close"));
                long end = System.nanoTime() + LONGEST.toNanos();
                var page = "x".repeat(4_096).getBytes(StandardCharsets.US_ASCII);
                while (System.nanoTime() < end) {
                    out.write(page);
                }
            }
            case GARBAGE -> out.write("\u0000\u0001 nothing of HTTP\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.flush();
    }

    private static void untilGone(Socket socket) throws IOException {
        while (socket.getInputStream().read() >= 0) {
            // nothing more is expected
        }
    }

    private static byte[] head(String header) {
        return ("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n" + header + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] response(int status, String id, String said) throws IOException {
        var body = ("{\"taskId\":\"" + id + "\",\"status\":\"" + said + "\"}").getBytes(StandardCharsets.UTF_8);
        var timestamp = Long.toString(REAL.instant().getEpochSecond());
        var out = new ByteArrayOutputStream();
        out.writeBytes(("HTTP/1.1 " + status
                        + " Answer\r\ncontent-type: application/json\r\nconnection: close\r\nwebhook-id: " + id
                        + "\r\nwebhook-timestamp: " + timestamp + "\r\nwebhook-signature: "
                        + signature(id, timestamp, body) + "\r\ncontent-length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(body);
        return out.toByteArray();
    }

    private static String signature(String id, String timestamp, byte[] body) throws IOException {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(SECRET.substring("whsec_".length())), "HmacSHA256"));
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException impossible) {
            throw new IOException(impossible);
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.length() > LONGEST_LINE) {
                throw new EOFException();
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
    }
}
