// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes every connection and never says a word, as a store that hangs. */
final class DeafServer implements AutoCloseable {

    private final ServerSocket server;
    private final List<Socket> taken = new CopyOnWriteArrayList<>();

    DeafServer() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Thread.ofVirtual().start(this::take);
    }

    /** A port where nobody listens, as of a store that is down. */
    static int deadPort() {
        try (var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            return server.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    private void take() {
        try {
            while (!server.isClosed()) {
                taken.add(server.accept());
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : taken) {
                socket.close();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
