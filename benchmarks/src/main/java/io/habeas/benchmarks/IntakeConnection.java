// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One caller with one connection that is kept, on a socket and nothing else, so that the load costs little. Every caller has
 * a loopback address of its own: the gateway limits each address, and its limit stays in the way.
 */
final class IntakeConnection implements AutoCloseable {

    private static final int ACCEPTED = 202;
    private static final int FIRST_ADDRESS = 2;
    private static final int SILENCE_MILLIS = 30_000;
    private static final long MOST_IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int LONGEST_LINE = 8_192;

    private final InetAddress own;
    private final InetSocketAddress gateway;
    private @Nullable Socket socket;
    private InputStream in = InputStream.nullInputStream();
    private OutputStream out = OutputStream.nullOutputStream();
    private long usedAt;
    private long number;
    private long connects;

    /** @param caller from 0, less than 250 */
    IntakeConnection(int caller, int gatewayPort) throws IOException {
        own = InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (FIRST_ADDRESS + caller)});
        gateway = new InetSocketAddress("127.0.0.1", gatewayPort);
    }

    /**
     * Asks for an erasure or a copy in turn, for a person whom no store knows. Returns when the request is accepted.
     *
     * @throws IOException for any other answer
     */
    void submit() throws IOException {
        var id = UUID.randomUUID();
        var body = """
                {"right": "%s", "jurisdiction": "US-CA", "language": "en", \
                "subject": {"name": "Nobody Atall", "identifiers": [{"kind": "EMAIL", "value": "%s@nobody.example"}]}}""".formatted(number % 2 == 0 ? "ERASURE" : "ACCESS", id).getBytes(StandardCharsets.UTF_8);
        var head = ("POST /api/v1/controllers/smallrig/requests HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                        + "Content-Type: application/json\r\nAccept: application/json\r\nIdempotency-Key: " + id
                        + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        var request = new byte[head.length + body.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        connect();
        out.write(request);
        read();
        usedAt = System.nanoTime();
        number++;
    }

    /** Read by another thread between windows only. */
    long accepted() {
        return number;
    }

    /** How often a connection had to be made. */
    long connects() {
        return connects;
    }

    private void connect() throws IOException {
        if (socket != null && System.nanoTime() - usedAt < MOST_IDLE_NANOS) {
            return;
        }
        close(); // the gateway is about to end it, or has
        var fresh = new Socket();
        fresh.setTcpNoDelay(true);
        fresh.setSoTimeout(SILENCE_MILLIS);
        fresh.bind(new InetSocketAddress(own, 0));
        fresh.connect(gateway, (int) TimeUnit.SECONDS.toMillis(5));
        in = new BufferedInputStream(fresh.getInputStream());
        out = fresh.getOutputStream();
        socket = fresh;
        connects++;
    }

    private void read() throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        int length = 0;
        boolean chunked = false;
        boolean last = false;
        for (var header = line(); !header.isEmpty(); header = line()) {
            int colon = header.indexOf(':');
            var value = header.substring(colon + 1).strip();
            switch (header.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> length = Integer.parseInt(value);
                case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
                case "connection" -> last = value.equalsIgnoreCase("close");
                default -> {
                    // not of interest
                }
            }
        }
        var body = chunked ? chunks() : in.readNBytes(length);
        if (last) {
            close();
        }
        if (status != ACCEPTED) {
            throw new IOException(
                    "the gateway answered " + status + " instead of 202: " + new String(body, StandardCharsets.UTF_8));
        }
    }

    private byte[] chunks() throws IOException {
        var body = new StringBuilder();
        for (int size = size(); size > 0; size = size()) {
            body.append(new String(in.readNBytes(size), StandardCharsets.UTF_8));
            line();
        }
        line();
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    private int size() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.length() > LONGEST_LINE) {
                throw new EOFException("the gateway broke off its answer");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
