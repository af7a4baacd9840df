// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.web;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One address before several copies of a service, connection by connection in turn, as a virtual address in a cluster does it. A copy that refuses is
 * passed over; what a connection carries is not looked at.
 */
public final class Spreader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Spreader.class);
    private static final int CONNECT_MILLIS = 2_000;

    private final ServerSocket listener;
    private final List<Integer> ports;
    private final AtomicInteger turn = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /**
     * @param port on which it listens on the loopback address
     * @param ports of the copies
     */
    public Spreader(int port, List<Integer> ports) throws IOException {
        this.ports = List.copyOf(ports);
        this.listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        Thread.ofPlatform().daemon().name("spreader-" + listener.getLocalPort()).start(this::listen);
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                var caller = listener.accept();
                Thread.ofVirtual().start(() -> serve(caller));
            } catch (IOException failure) {
                LOG.debug("spreader on {}: {}", listener.getLocalPort(), failure.toString());
            }
        }
    }

    private void serve(Socket caller) {
        open.add(caller);
        try (caller) {
            var copy = connect();
            if (copy == null) {
                // as if nobody listened: the caller sees its connection closed before an answer
                return;
            }
            open.add(copy);
            try (copy) {
                var back = Thread.ofVirtual().start(() -> pass(copy, caller));
                pass(caller, copy);
                back.join();
            } finally {
                open.remove(copy);
            }
        } catch (IOException broken) {
            LOG.debug("a connection to {} ended: {}", ports, broken.toString());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(caller);
        }
    }

    private @Nullable Socket connect() throws IOException {
        int first = turn.getAndIncrement();
        for (int i = 0; i < ports.size(); i++) {
            int port = ports.get(Math.floorMod(first + i, ports.size()));
            var socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
                socket.setTcpNoDelay(true);
                return socket;
            } catch (IOException refused) {
                socket.close();
            }
        }
        return null;
    }

    /** Until one side ends; then the other hears of it. */
    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException broken) {
            try {
                from.close();
                to.close();
            } catch (IOException gone) {
                LOG.debug("a connection did not close cleanly: {}", gone.toString());
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var socket : open) {
            socket.close();
        }
    }
}
