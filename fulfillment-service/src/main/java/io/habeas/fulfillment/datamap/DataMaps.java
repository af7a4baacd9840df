// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.datamap;

import io.habeas.fulfillment.datamap.DataMapException.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The data maps of all controllers. The one that was approved last counts for new plans; until one was, the file in the folder
 * does. The versions that plans were made from stay readable, since a plan is carried out by the map that it was made from.
 */
public final class DataMaps {

    private static final Logger LOG = LoggerFactory.getLogger(DataMaps.class);
    private static final Pattern CONTROLLER = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    private final Path home;
    private final DataMapLoader loader;
    private final JdbcClient jdbc;
    private final Map<String, DataMap> known = new ConcurrentHashMap<>();

    public DataMaps(Path home, DataMapLoader loader, JdbcClient jdbc) {
        this.home = home;
        this.loader = loader;
        this.jdbc = jdbc;
    }

    /** The controllers that have a folder. */
    public List<String> controllers() {
        var folder = home.resolve("controllers");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(folder)) {
            return folders.filter(Files::isDirectory)
                    .map(it -> it.getFileName().toString())
                    .filter(it -> CONTROLLER.matcher(it).matches())
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }

    /**
     * The map that is in force at this moment: the one approved last, else the one in the folder of the controller.
     *
     * @throws NoSuchElementException if there is no such controller, or it has no map
     * @throws DataMapException if the map is refused
     */
    public DataMap current(String controller) throws DataMapException {
        var text = textInForce(controller);
        var version = DataMapLoader.versionOf(text);
        var before = known.get(controller + "@" + version);
        if (before != null) {
            return before;
        }
        var map = loader.load(controller, region(controller), nameOf(controller), text);
        jdbc.sql("""
                        insert into data_map_version (controller, version, content) values (:controller, :version, :content)
                        on conflict do nothing""")
                .param("controller", controller)
                .param("version", version)
                .param("content", text)
                .update();
        remember(controller + "@" + version, map);
        return map;
    }

    /** Once its text is stored for good: a transaction that is rolled back takes the text with it. */
    private void remember(String name, DataMap map) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            known.put(name, map);
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                known.put(name, map);
            }
        });
    }

    private String textInForce(String controller) throws DataMapException {
        var file = fileOf(controller);
        var approved = jdbc.sql(
                        "select content from data_map_change where controller = :controller and state = 'IN_FORCE'")
                .param("controller", controller)
                .query(String.class)
                .optional();
        return approved.isPresent() ? approved.get() : read(file, controller);
    }

    /** The version of what is in force, whether or not it is a good one; absent where there is none. */
    Optional<String> versionInForce(String controller) {
        try {
            return Optional.of(DataMapLoader.versionOf(textInForce(controller)));
        } catch (NoSuchElementException | DataMapException none) {
            return Optional.empty();
        }
    }

    /** What concerns the map of a controller happens one at a time, over all copies, until the transaction ends. */
    void lock(String controller) {
        jdbc.sql("select pg_advisory_xact_lock(hashtextextended('data-map|' || :controller, 0))::text")
                .param("controller", controller)
                .query(String.class)
                .single();
    }

    /**
     * Reads a map that somebody proposes, and keeps nothing of it.
     *
     * @throws NoSuchElementException if there is no such controller
     * @throws DataMapException if the map is refused
     */
    public DataMap proposed(String controller, String text) throws DataMapException {
        if (!CONTROLLER.matcher(controller).matches() || !controllers().contains(controller)) {
            throw new NoSuchElementException("no such controller");
        }
        return loader.load(controller, region(controller), "data-map.yaml", text);
    }

    /**
     * The map that a plan was made from.
     *
     * @throws DataMapException if this release refuses what an earlier one accepted
     */
    public DataMap version(String controller, String version) throws DataMapException {
        var before = known.get(controller + "@" + version);
        if (before != null) {
            return before;
        }
        var text = jdbc.sql(
                        "select content from data_map_version where controller = :controller and version = :version")
                .param("controller", controller)
                .param("version", version)
                .query(String.class)
                .optional()
                .orElseThrow(() -> new NoSuchElementException(
                        "no version '" + version + "' of the data map of '" + controller + "'"));
        var map = loader.load(controller, null, nameOf(controller) + "@" + version, text);
        known.put(controller + "@" + version, map);
        return map;
    }

    /**
     * The map that a plan was made from, as it is carried out: what may be missing from all documents is asked of the map in force as well, so that a task
     * that found a field missing goes on when that map has come to say that it may be.
     *
     * @throws DataMapException if this release refuses what an earlier one accepted
     */
    public DataMap carriedOut(String controller, String version) throws DataMapException {
        var planned = version(controller, version);
        try {
            return planned.lackingAs(current(controller));
        } catch (DataMapException | NoSuchElementException noneInForce) {
            return planned;
        }
    }

    /** Reads every map once, so that a broken one is named in the log of the start and not in that of the first request. */
    public void announceFaults() {
        for (var controller : controllers()) {
            try {
                var map = current(controller);
                LOG.atInfo()
                        .addKeyValue("controller", controller)
                        .addKeyValue("version", map.version())
                        .log("data map loaded");
            } catch (NoSuchElementException none) {
                LOG.atInfo().addKeyValue("controller", controller).log("no data map");
            } catch (DataMapException refused) {
                LOG.atError()
                        .addKeyValue("controller", controller)
                        .addKeyValue("faults", refused.faults())
                        .log("the data map is refused; requests of this controller wait until it is right");
            }
        }
    }

    /** The region that {@code controller.yaml} binds the controller to; absent where it does not say. */
    private @Nullable String region(String controller) throws DataMapException {
        var file = home.resolve("controllers").resolve(controller).resolve("controller.yaml");
        if (!Files.isRegularFile(file)) {
            return null;
        }
        var yaml = new YamlReader("controllers/" + controller + "/controller.yaml");
        var region = yaml.document(read(file, controller))
                .flatMap(root -> yaml.text(yaml.anyMapping(root).get("region")))
                .orElse(null);
        if (!yaml.faults().isEmpty()) {
            throw new DataMapException(yaml.faults());
        }
        return region;
    }

    private static String nameOf(String controller) {
        return "controllers/" + controller + "/data-map.yaml";
    }

    private Path fileOf(String controller) {
        if (!CONTROLLER.matcher(controller).matches()) {
            throw new NoSuchElementException("no such controller");
        }
        return home.resolve("controllers").resolve(controller).resolve("data-map.yaml");
    }

    private static String read(Path file, String controller) throws DataMapException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException none) {
            throw new NoSuchElementException("controller '" + controller + "' has no data map");
        } catch (IOException unreadable) {
            throw new DataMapException(
                    List.of(new Fault(nameOf(controller), 0, 0, "", "the file cannot be read as UTF-8 text")));
        }
    }
}
