// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.http;

import io.habeas.connector.ConnectorException;
import io.habeas.connector.ConnectorException.Category;
import io.habeas.connector.OutboundNetworks;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer over a connection of its own. The connection goes to an address that was checked, and to no other
 * that the same name may stand for a moment later, which the JDK's HTTP client cannot promise. Time and size of everything that
 * comes back are bounded, and no redirect is followed.
 */
final class Exchange {

    /**
     * @param headers by lower-case name, the first of each
     * @param body as long as it was whole
     */
    record Reply(int status, Map<String, String> headers, byte[] body) {

        @Nullable
        String header(String name) {
            return headers.get(name);
        }
    }

    /** Too much, malformed, or cut short. */
    private static final class GarbledException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private static final int MOST_BODY = 64 * 1024;
    private static final int MOST_HEAD = 16 * 1024;
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})( .*)?");
    private static final InstantSource REAL = InstantSource.system();
    private static final ScheduledExecutorService ENDS = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("recipient-deadlines").factory());

    /** What a name stands for at this moment. */
    @FunctionalInterface
    interface Names {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private final OutboundNetworks networks;
    private final Names names;

    Exchange(OutboundNetworks networks) {
        this(networks, InetAddress::getAllByName);
    }

    Exchange(OutboundNetworks networks, Names names) {
        this.networks = networks;
        this.names = names;
    }

    /**
     * @throws ConnectorException TRY_AGAIN if it is not known how it ended, FIX_CONFIGURATION if the address or the certificate
     *     is not acceptable
     */
    Reply send(String method, URI uri, Map<String, String> headers, byte[] body, Instant deadline)
            throws ConnectorException {
        var refusal = networks.refusal(uri.toString());
        if (refusal.isPresent()) {
            throw new ConnectorException(Category.FIX_CONFIGURATION, "the endpoint is refused: " + refusal.get());
        }
        var left = Duration.between(REAL.instant(), deadline);
        var limit = left.compareTo(LONGEST) < 0 ? left : LONGEST;
        if (limit.isNegative() || limit.isZero()) {
            throw new ConnectorException(Category.TRY_AGAIN, "no time is left for the recipient");
        }
        var address = checked(uri);
        long end = System.nanoTime() + limit.toNanos();
        try (var plain = new Socket()) {
            // whatever trickles in, the connection ends when the time is over
            Future<?> closing = ENDS.schedule(() -> close(plain), limit.toNanos(), TimeUnit.NANOSECONDS);
            try {
                plain.setTcpNoDelay(true);
                plain.setSoTimeout((int) Math.max(1, limit.toMillis()));
                plain.connect(new InetSocketAddress(address, port(uri)), (int)
                        Math.max(1, Math.min(CONNECT.toMillis(), limit.toMillis())));
                try (var socket = secured(plain, uri)) {
                    write(socket, method, uri, headers, body);
                    return reply(new BufferedInputStream(socket.getInputStream()), end);
                }
            } finally {
                closing.cancel(false);
            }
        } catch (SSLException untrusted) {
            throw new ConnectorException(
                    Category.TRY_AGAIN,
                    "no trusted connection to the recipient: "
                            + untrusted.getClass().getSimpleName());
        } catch (GarbledException garbled) {
            throw new ConnectorException(Category.TRY_AGAIN, "the recipient answers with what is no answer");
        } catch (IOException broken) {
            throw new ConnectorException(
                    Category.TRY_AGAIN,
                    "the recipient does not answer: " + broken.getClass().getSimpleName());
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException already) {
            // there is nothing left to close
        }
    }

    /** Resolves the name, and takes no address if one of them may not be reached: a name that mixes both is a trick. */
    private InetAddress checked(URI uri) throws ConnectorException {
        InetAddress[] all;
        try {
            all = names.resolve(host(uri));
        } catch (UnknownHostException unknown) {
            throw new ConnectorException(Category.TRY_AGAIN, "the name of the recipient's host does not resolve");
        }
        for (var one : all) {
            if (!networks.mayBeReached(one)) {
                throw new ConnectorException(
                        Category.FIX_CONFIGURATION, "the recipient's host leads to an address that is not public");
            }
        }
        return all[0];
    }

    private static String host(URI uri) {
        var host = Objects.requireNonNull(uri.getHost());
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : isSecure(uri) ? 443 : 80;
    }

    private static boolean isSecure(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    /** Certificate and host name are checked; there is no way to turn that off. */
    private static Socket secured(Socket plain, URI uri) throws IOException {
        if (!isSecure(uri)) {
            return plain;
        }
        var factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        var socket = (SSLSocket) factory.createSocket(plain, host(uri), port(uri), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static void write(Socket socket, String method, URI uri, Map<String, String> headers, byte[] body)
            throws IOException {
        var path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        var head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        head.append("Host: ")
                .append(uri.getHost())
                .append(uri.getPort() < 0 ? "" : ":" + uri.getPort())
                .append("\r\n");
        head.append("User-Agent: habeas\r\nAccept: application/json\r\nConnection: close\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (body.length > 0) {
            head.append("Content-Type: application/json\r\n");
        }
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        var out = socket.getOutputStream();
        var message = new ByteArrayOutputStream();
        message.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        message.writeBytes(body);
        out.write(message.toByteArray());
        out.flush();
    }

    private static Reply reply(InputStream in, long end) throws IOException {
        var left = new int[] {MOST_HEAD};
        for (; ; ) {
            var status = STATUS.matcher(line(in, left, end));
            if (!status.matches()) {
                throw new GarbledException();
            }
            int code = Integer.parseInt(status.group(1));
            var headers = headers(in, left, end);
            if (code >= 200) {
                return new Reply(code, headers, body(in, code, headers, end));
            }
        }
    }

    private static Map<String, String> headers(InputStream in, int[] left, long end) throws IOException {
        var headers = new LinkedHashMap<String, String>();
        for (var line = line(in, left, end); !line.isEmpty(); line = line(in, left, end)) {
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new GarbledException();
            }
            headers.putIfAbsent(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    private static byte[] body(InputStream in, int status, Map<String, String> headers, long end) throws IOException {
        if (status == 204 || status == 304) {
            return new byte[0];
        }
        var transfer = headers.get("transfer-encoding");
        if (transfer != null) {
            if (!transfer.equalsIgnoreCase("chunked")) {
                throw new GarbledException();
            }
            return chunked(in, end);
        }
        var length = headers.get("content-length");
        if (length == null) {
            return untilClosed(in, end);
        }
        return exactly(in, number(length, 10), end);
    }

    private static byte[] chunked(InputStream in, long end) throws IOException {
        var body = new ByteArrayOutputStream();
        var left = new int[] {MOST_HEAD};
        for (; ; ) {
            var size = line(in, left, end);
            int cut = size.indexOf(';');
            int length = number(cut < 0 ? size : size.substring(0, cut), 16);
            if (length == 0) {
                headers(in, left, end);
                return body.toByteArray();
            }
            if (body.size() + length > MOST_BODY) {
                throw new GarbledException();
            }
            body.writeBytes(exactly(in, length, end));
            if (!line(in, left, end).isEmpty()) {
                throw new GarbledException();
            }
        }
    }

    private static byte[] untilClosed(InputStream in, long end) throws IOException {
        var body = new ByteArrayOutputStream();
        for (int next = next(in, end); next >= 0; next = next(in, end)) {
            if (body.size() == MOST_BODY) {
                throw new GarbledException();
            }
            body.write(next);
        }
        return body.toByteArray();
    }

    private static byte[] exactly(InputStream in, int length, long end) throws IOException {
        if (length > MOST_BODY) {
            throw new GarbledException();
        }
        var bytes = new byte[length];
        int read = 0;
        while (read < length) {
            int more = System.nanoTime() - end >= 0 ? -1 : in.read(bytes, read, length - read);
            if (more < 0) {
                throw new GarbledException();
            }
            read += more;
        }
        return bytes;
    }

    private static int number(String text, int radix) throws IOException {
        try {
            int number = Integer.parseInt(text.strip(), radix);
            if (number < 0) {
                throw new GarbledException();
            }
            return number;
        } catch (NumberFormatException malformed) {
            throw new GarbledException();
        }
    }

    private static String line(InputStream in, int[] left, long end) throws IOException {
        var line = new StringBuilder();
        for (; ; ) {
            int next = next(in, end);
            if (next < 0 || --left[0] < 0) {
                throw new GarbledException();
            }
            if (next == '\n') {
                int last = line.length() - 1;
                if (last >= 0 && line.charAt(last) == '\r') {
                    line.setLength(last);
                }
                return line.toString();
            }
            line.append((char) next);
        }
    }

    private static int next(InputStream in, long end) throws IOException {
        if (System.nanoTime() - end >= 0) {
            throw new SocketTimeoutException();
        }
        return in.read();
    }
}
