// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.documents;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A server that speaks MongoDB's protocol and keeps its documents in one file. */
public final class DocumentServer implements AutoCloseable {

    private final MongoServer server;

    private DocumentServer(MongoServer server) {
        this.server = server;
    }

    public static DocumentServer start(Path data, int port) throws IOException {
        Files.createDirectories(data);
        var server = new MongoServer(new H2Backend(data.resolve("documents.mv").toString()));
        server.bind("127.0.0.1", port);
        return new DocumentServer(server);
    }

    @Override
    public void close() {
        server.shutdown();
    }
}
