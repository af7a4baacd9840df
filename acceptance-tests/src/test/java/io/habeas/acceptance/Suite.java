// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The whole suite, in a home of its own and on ports of its own, started as a user starts it: by the quickstart's launcher, in
 * processes of their own. With {@code -Dhabeas.suite.home=...} a home is kept for a look afterwards.
 */
final class Suite implements AutoCloseable {

    /** All ports stay below 32,768, where Linux begins to hand out ports to whoever connects somewhere. */
    private static final int OFFSET = Integer.getInteger("habeas.suite.port-offset", 12_000);

    private static final int CUSTOMERS = 400;
    private static final Duration TIME_TO_START = Duration.ofMinutes(8);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path root = Path.of("..").toAbsolutePath().normalize();
    private final Path home;
    private final List<String> options;
    private Process launcher;
    private final Ledger ledger;
    private final Api api;
    private final Mailbox mailbox;
    private final Stores stores;
    private final AtomicInteger nextPerson = new AtomicInteger();

    /** @param options of the launcher, beside those that every suite has */
    private Suite(List<String> options) throws IOException {
        this.options = options;
        var wanted = System.getProperty("habeas.suite.home");
        this.home = wanted == null
                ? Files.createTempDirectory(
                        Files.createDirectories(Path.of("target")).toAbsolutePath(), "suite-")
                : Files.createDirectories(Path.of(wanted));
        train();
        this.launcher = launch();
        this.ledger = new Ledger(home.resolve("ledger.tsv"));
        this.api = new Api(doors(options), ledger);
        this.mailbox = new Mailbox("http://127.0.0.1:" + (8025 + OFFSET));
        awaitReady();
        this.stores = new Stores(
                "jdbc:postgresql://127.0.0.1:" + (15_433 + OFFSET) + "/shop?user=postgres",
                "mongodb://127.0.0.1:" + (17_017 + OFFSET) + "/reviews");
    }

    private static List<String> doors(List<String> options) {
        int copies = options.contains("--copies") ? Integer.parseInt(options.get(options.indexOf("--copies") + 1)) : 1;
        return java.util.stream.IntStream.range(0, copies)
                .mapToObj(copy -> "http://127.0.0.1:" + (8080 + OFFSET + 20 * copy))
                .toList();
    }

    /**
     * Start-up caches of the JDK, as {@code ./habeas aot} makes them: processes are killed and started again many times here. All
     * homes of a run share them, since they are named by what they were made from.
     */
    private void train() throws IOException {
        var caches = Files.createDirectories(Path.of("target", "aot").toAbsolutePath());
        var own = home.resolve("aot");
        if (!Files.exists(own)) {
            Files.createSymbolicLink(own, caches);
        }
        try {
            command("aot", "--root", root.toString(), "--test-controls", "--short-lived");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped while start-up caches were made", stopped);
        }
    }

    private Process launch() throws IOException {
        var words = new ArrayList<>(List.of(
                "start",
                "--root",
                root.toString(),
                "--customers",
                Integer.toString(CUSTOMERS),
                "--test-controls",
                "--short-lived"));
        words.addAll(options);
        return new ProcessBuilder(quickstart(words.toArray(String[]::new)))
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("launcher.log").toFile())
                .start();
    }

    /** For a copy of one controller under another name: what the data map of the first names is looked for under the name of the second alone. */
    void giveSecrets(String from, String to) throws IOException {
        var secrets = home.resolve("secrets");
        var own = Files.createDirectories(secrets.resolve(to));
        try (var files = Files.list(secrets.resolve(from))) {
            for (var file : files.toList()) {
                Files.copy(file, own.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Stops everything; the home stays. */
    void stop() {
        end();
    }

    /** Starts in the same home again. */
    void startAgain() throws IOException {
        launcher = launch();
        awaitReady();
    }

    /** Starts in the same home, where that is to be refused; what the launcher said. */
    String refusal() throws IOException, InterruptedException {
        launcher = launch();
        if (!launcher.waitFor(TIME_TO_START.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("it was not refused");
        }
        return Files.readString(home.resolve("launcher.log"));
    }

    /** A command of {@code ./habeas} on this home; what it said. */
    String command(String... words) throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(quickstart(words)).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", words) + " failed: " + said);
        }
        return said;
    }

    static Suite start(String... options) {
        try {
            return new Suite(List.of(options));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void awaitReady() {
        try {
            await("the suite is ready")
                    .atMost(TIME_TO_START)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        if (!launcher.isAlive()) {
                            throw new IllegalStateException(
                                    "the launcher ended:\n" + Files.readString(home.resolve("launcher.log")));
                        }
                        return Files.readString(home.resolve("launcher.log")).contains("ready: ");
                    });
        } catch (RuntimeException late) {
            end();
            throw late;
        }
    }

    Path home() {
        return home;
    }

    Api api() {
        return api;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    Stores stores() {
        return stores;
    }

    Ledger ledger() {
        return ledger;
    }

    /** A registered customer with orders, whom no other test has. */
    Stores.Customer somebody() {
        return somebodyWith("registered");
    }

    /** @param condition SQL about {@code c}, the row of customers */
    Stores.Customer somebodyWith(String condition) {
        var candidates = stores.customers("(" + condition + ")", 0, CUSTOMERS);
        synchronized (taken) {
            for (var candidate : candidates) {
                if (taken.add(candidate.id())) {
                    nextPerson.incrementAndGet();
                    return candidate;
                }
            }
        }
        throw new IllegalStateException("no customer is left with: " + condition);
    }

    private final java.util.Set<Long> taken = new java.util.HashSet<>();

    Journey journey(String right, Stores.Customer who, String language) {
        return new Journey(api, mailbox, right, who.email(), language);
    }

    /** As a controller that was put into the folder, and whoever files writes another address than the one on file. */
    Journey journeyAt(String controller, String right, Stores.Customer who, String replyTo) {
        return new Journey(api, mailbox, right, who.email(), "en", controller, replyTo);
    }

    /** Under any of the sample controllers. @param more what the body says beside right, language and person */
    Journey journeyUnder(String controller, String right, String email, String language, Consumer<ObjectNode> more) {
        return new Journey(api, mailbox, right, email, language, controller, more);
    }

    /** As {@code ./habeas token} gives it. */
    String staffToken(String role) throws IOException {
        return staffToken(role, "dev-" + role);
    }

    /** @param subject whose it is: two people of one role are not one */
    String staffToken(String role, String subject) throws IOException {
        return printed("token", "--role", role, "--subject", subject);
    }

    /** As {@code ./habeas login} gives it, and as the controller's account system would. @param more {@code --email ADDRESS}, or nothing */
    String login(String controller, Stores.Customer who, String requestId, String... more) throws IOException {
        var words = new ArrayList<>(List.of(
                "login", "--controller", controller, "--customer", Long.toString(who.id()), "--request", requestId));
        words.addAll(List.of(more));
        return printed(words.toArray(String[]::new));
    }

    /** What a command prints, without what it warns of. */
    private String printed(String... words) throws IOException {
        var process = new ProcessBuilder(quickstart(words)).start();
        var token = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (token.isBlank()) {
            throw new IOException(
                    "no token: " + new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
        }
        return token.strip();
    }

    private List<String> quickstart(String... arguments) {
        var target = root.resolve("quickstart/target");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                target.resolve("quickstart.jar") + java.io.File.pathSeparator + target.resolve("lib") + "/*",
                "io.habeas.quickstart.Quickstart"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--home", home.toString(), "--port-offset", Integer.toString(OFFSET)));
        return command;
    }

    /** Moves legal time forward in every service. */
    void advance(Duration by) {
        control("/time", "{\"advance\":\"" + by + "\"}");
    }

    /** @param action kill, stop, cont or restart */
    void process(String name, String action) {
        control("/processes/" + name + "/" + action, "{}");
    }

    /** @return whether it ran: one that is down already, and about to be started again, is no failure of whoever kills at random */
    boolean kill(String name) {
        try {
            process(name, "kill");
            return true;
        } catch (IllegalStateException refused) {
            if (String.valueOf(refused.getMessage()).contains("does not run at the moment")) {
                return false;
            }
            throw refused;
        }
    }

    /** Halts the process of that name at the n-th pass of a fault point from now. */
    void arm(String name, String point, int pass) {
        control("/processes/" + name + "/faults", "{\"point\":\"" + point + "\",\"pass\":" + pass + "}");
    }

    /** @param name postgres, shop or documents @param deed crash or revive */
    void store(String name, String deed) {
        control("/stores/" + name + "/" + deed, "{}");
    }

    int starts(String name) {
        for (var process : status().path("processes")) {
            if (name.equals(process.path("name").asString())) {
                return process.path("starts").asInt();
            }
        }
        throw new IllegalArgumentException("no process is called " + name);
    }

    void awaitAllReady() {
        await("every service is ready again")
                .atMost(TIME_TO_START)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    for (var process : status().path("processes")) {
                        if (!process.path("alive").asBoolean()
                                || process.has("ready")
                                        && !process.path("ready").asBoolean()) {
                            return false;
                        }
                    }
                    return true;
                });
    }

    JsonNode status() {
        return call(HttpRequest.newBuilder(controlUri("/status")).build());
    }

    JsonNode control(String path, String body) {
        return call(HttpRequest.newBuilder(controlUri(path))
                .timeout(Duration.ofSeconds(90))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    /** Over a connection of its own: one that was kept may be closed by the other side while it is used again, and nobody knows what became of a POST. */
    private JsonNode call(HttpRequest request) {
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new IllegalStateException(
                        request.uri() + " answered " + answer.statusCode() + ": " + answer.body());
            }
            return JSON.readTree(answer.body());
        } catch (IOException lost) {
            throw new UncheckedIOException(lost);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static URI controlUri(String path) {
        return URI.create("http://127.0.0.1:" + (8079 + OFFSET) + path);
    }

    static int offset() {
        return OFFSET;
    }

    List<Path> logs() {
        try (var files = Files.list(home.resolve("logs"))) {
            return files.toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        stores.close();
        ledger.close();
        end();
    }

    private void end() {
        launcher.destroy();
        try {
            if (!launcher.waitFor(90, TimeUnit.SECONDS)) {
                launcher.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
