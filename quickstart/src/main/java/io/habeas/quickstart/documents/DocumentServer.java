// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.documents;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A server that speaks MongoDB's protocol and keeps its documents in one file. */
public final class DocumentServer implements AutoCloseable {

    private final Path data;
    private final int port;
    private MongoServer server;

    private DocumentServer(Path data, int port) throws IOException {
        this.data = data;
        this.port = port;
        this.server = listening(data, port);
    }

    public static DocumentServer start(Path data, int port) throws IOException {
        return new DocumentServer(data, port);
    }

    private static MongoServer listening(Path data, int port) throws IOException {
        Files.createDirectories(data);
        var server = new MongoServer(new H2Backend(data.resolve("documents.mv").toString()));
        server.bind("127.0.0.1", port);
        return server;
    }

    /** Nobody reaches it until {@link #revive()}; its documents stay. For tests. */
    public synchronized void crash() {
        server.shutdownNow();
    }

    public synchronized void revive() throws IOException {
        server = listening(data, port);
    }

    @Override
    public synchronized void close() {
        server.shutdown();
    }
}
