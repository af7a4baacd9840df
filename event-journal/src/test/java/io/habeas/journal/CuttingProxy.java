// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a client and the database and cuts the line at a chosen moment of an INSERT. */
final class CuttingProxy implements AutoCloseable {

    enum Cut {
        NOTHING,
        /** The database never hears of the statement. */
        BEFORE_IT_ARRIVES,
        /** The database has committed, the client does not learn of it. */
        BEFORE_THE_ANSWER
    }

    private final ServerSocket server;
    private final String host;
    private final int port;
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile Cut next = Cut.NOTHING;

    CuttingProxy(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    int cuts() {
        return cuts.get();
    }

    void cutNextInsert(Cut cut) {
        next = cut;
    }

    private void accept() {
        try {
            while (true) {
                var client = server.accept();
                var database = new Socket(host, port);
                var line = new Line(client, database);
                Thread.ofVirtual().start(line::toDatabase);
                Thread.ofVirtual().start(line::toClient);
            }
        } catch (IOException e) {
            // closed: the test is over
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private final class Line {

        private final Socket client;
        private final Socket database;
        private volatile boolean answerIsCut;

        Line(Socket client, Socket database) {
            this.client = client;
            this.database = database;
        }

        void toDatabase() {
            copy(client, database, true);
        }

        void toClient() {
            copy(database, client, false);
        }

        private void copy(Socket from, Socket to, boolean outward) {
            var buffer = new byte[1 << 20];
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                int read = in.read(buffer);
                while (read >= 0) {
                    if (outward && isInsert(buffer, read)) {
                        var cut = next;
                        next = Cut.NOTHING;
                        if (cut == Cut.BEFORE_IT_ARRIVES) {
                            cuts.incrementAndGet();
                            return;
                        }
                        answerIsCut = cut == Cut.BEFORE_THE_ANSWER;
                    }
                    if (!outward && answerIsCut) {
                        cuts.incrementAndGet();
                        return;
                    }
                    to.getOutputStream().write(buffer, 0, read);
                    read = in.read(buffer);
                }
            } catch (IOException e) {
                // one side has gone, and so goes the other
            }
        }

        private boolean isInsert(byte[] bytes, int length) {
            return next != Cut.NOTHING
                    && new String(bytes, 0, length, StandardCharsets.ISO_8859_1).contains("insert into event");
        }
    }
}
