// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Stands between two processes on the loopback address, and does to their connections what networks do. */
final class TcpProxy implements AutoCloseable {

    private static final int BUFFER = 16_384;
    private static final Duration LOOK = Duration.ofMillis(5);

    private final String name;
    private final int target;
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong left = new AtomicLong(-1);
    private final AtomicReference<@Nullable Runnable> beforeAnswer = new AtomicReference<>();
    private volatile boolean cut;
    private volatile boolean stalled;
    private volatile Duration latency = Duration.ZERO;
    private volatile boolean closed;

    /** @param name of the arrow, such as {@code gateway>request} */
    TcpProxy(String name, int target) throws IOException {
        this.name = name;
        this.target = target;
        this.server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("proxy " + name).start(this::accept);
    }

    String name() {
        return name;
    }

    int port() {
        return server.getLocalPort();
    }

    /** Resets every connection, and every new one, until {@link #mend}. */
    void cut() {
        cut = true;
        open.forEach(TcpProxy::reset);
    }

    /** Connections stay, and no byte goes through, until {@link #mend}. */
    void stall() {
        stalled = true;
    }

    /** What comes in either direction waits so long. */
    void delay(Duration each) {
        latency = each;
    }

    /** The connection on which the n-th byte of answers from now passes is reset right after it. Once. */
    void cutAfter(long bytes) {
        left.set(bytes);
    }

    /** The next answer is held back while this runs; then its connection is reset without a byte of it. Once. */
    void insteadOfAnswer(Runnable deed) {
        beforeAnswer.set(deed);
    }

    /** Everything goes through again. */
    void mend() {
        cut = false;
        stalled = false;
        latency = Duration.ZERO;
        left.set(-1);
        beforeAnswer.set(null);
    }

    private void accept() {
        while (!closed) {
            try {
                var client = server.accept();
                open.add(client);
                Thread.ofVirtual().name("proxy " + name).start(() -> connect(client));
            } catch (IOException ended) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        if (cut) {
            end(client);
            return;
        }
        var upstream = new Socket();
        try {
            open.add(upstream);
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            upstream.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 5_000);
        } catch (IOException refused) {
            end(upstream);
            end(client);
            return;
        }
        var questions = Thread.ofVirtual().name("proxy " + name).start(() -> pump(client, upstream, false));
        pump(upstream, client, true);
        try {
            questions.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        end(upstream);
        end(client);
    }

    private void pump(Socket from, Socket to, boolean answers) {
        try {
            InputStream in = from.getInputStream();
            var out = to.getOutputStream();
            var buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                hold();
                int passed = read;
                if (answers) {
                    var deed = beforeAnswer.getAndSet(null);
                    if (deed != null) {
                        deed.run();
                        throw new IOException("reset in place of the answer");
                    }
                    passed = allowed(read);
                }
                out.write(buffer, 0, passed);
                out.flush();
                if (answers && left.compareAndSet(0, -1)) {
                    throw new IOException("cut");
                }
            }
            to.shutdownOutput();
        } catch (IOException broken) {
            end(from);
            end(to);
        }
    }

    private void hold() throws IOException {
        if (!latency.isZero()) {
            LockSupport.parkNanos(latency.toNanos());
        }
        while (stalled && !closed) {
            LockSupport.parkNanos(LOOK.toNanos());
        }
        if (cut) {
            throw new IOException("cut");
        }
    }

    /** How many of these bytes may pass. */
    private int allowed(int read) {
        long before = left.getAndUpdate(now -> now < 0 ? now : Math.max(0, now - read));
        return before < 0 ? read : (int) Math.min(before, read);
    }

    private void end(Socket socket) {
        open.remove(socket);
        reset(socket);
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException gone) {
            // that is what was wanted
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            server.close();
        } catch (IOException gone) {
            // nobody connects any more
        }
        open.forEach(TcpProxy::reset);
    }
}
