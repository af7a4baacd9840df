// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks.faults;

import io.habeas.quickstart.control.LegalTime;
import io.habeas.quickstart.issuer.Tokens;
import io.habeas.quickstart.secrets.Secrets;
import io.habeas.quickstart.settings.ClassPath;
import io.habeas.quickstart.settings.Copy;
import io.habeas.quickstart.settings.Home;
import io.habeas.quickstart.settings.Overrides;
import io.habeas.quickstart.settings.Ports;
import io.habeas.quickstart.settings.SampleController;
import io.habeas.quickstart.settings.Service;
import io.habeas.quickstart.settings.ServiceSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The whole suite in processes of its own, as a user starts it, with a proxy on every arrow between them, recipients of erasures, a ledger, and
 * hands on every switch.
 */
final class Arena implements AutoCloseable {

    static final List<String> RECIPIENTS = List.of("mailer", "adnet");
    static final String POSTGRES = "postgres";
    static final String KAFKA = "kafka";

    private static final int CUSTOMERS = 600;
    private static final Duration START = Duration.ofMinutes(12);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Home home;
    private final Ports ports;
    private final Ledger ledger;
    private final Recipients recipients;
    private final Map<Arrow, TcpProxy> proxies = new LinkedHashMap<>();
    private final Map<Service, Process> second = new EnumMap<>(Service.class);
    private final HttpClient http = HttpClient.newHttpClient();
    private final Thread closing = new Thread(this::stop, "stop-suite");
    private final int direct;
    private @Nullable Process launcher;
    private @Nullable Client client;
    private @Nullable Mails mails;
    private @Nullable Shop shop;
    private @Nullable Topics topics;

    private Arena(Path root, Path directory, int offset) throws IOException {
        this.home = new Home(root, directory);
        this.ports = new Ports(offset);
        this.direct = ports.kafka() + 5;
        Files.createDirectories(directory);
        this.ledger = new Ledger(directory.resolve("ledger.tsv"));
        this.recipients = new Recipients(ledger);
    }

    /** @return when everything is ready */
    static Arena start(Path root, Path directory, int offset) throws Exception {
        var arena = new Arena(root, directory, offset);
        Runtime.getRuntime().addShutdownHook(arena.closing);
        try {
            arena.prepare();
            arena.launch();
            return arena;
        } catch (Exception failure) {
            arena.close();
            throw failure;
        }
    }

    private void prepare() throws IOException {
        for (var service : Service.values()) {
            var overrides = new Properties();
            for (var other : Service.values()) {
                if (other.isInner() && other != service) {
                    int port = proxy(service.shortName(), other.shortName(), ports.of(other));
                    overrides.setProperty("habeas.services." + other.shortName(), "http://127.0.0.1:" + port);
                }
            }
            if (service.isInner()) {
                int port = proxy(service.shortName(), POSTGRES, ports.postgres());
                overrides.setProperty(
                        "spring.datasource.url",
                        url(port, ServiceSettings.databaseOf(service)) + "&reWriteBatchedInserts=true");
                overrides.setProperty("habeas.messaging.bootstrap-servers", "127.0.0.1:" + kafkaProxy());
                if (service == Service.REQUEST) {
                    overrides.setProperty("habeas.keys.url", url(port, "habeas_keys"));
                }
            }
            if (service == Service.FULFILLMENT) {
                overrides.setProperty("habeas.outbound.allow", "127.0.0.1/32");
                overrides.setProperty("habeas.outbound.first-question", "1s");
                overrides.setProperty("habeas.execution.longest-pause", "5s");
                overrides.setProperty("habeas.execution.attempts", "60");
            }
            store(overrides, service.shortName());
        }
        var broker = new Properties();
        broker.setProperty(
                "listeners",
                "PLAINTEXT://127.0.0.1:" + ports.kafka() + ",DIRECT://127.0.0.1:" + direct + ",CONTROLLER://127.0.0.1:"
                        + ports.kafkaController());
        broker.setProperty(
                "advertised.listeners", "PLAINTEXT://127.0.0.1:" + kafkaProxy() + ",DIRECT://127.0.0.1:" + direct);
        broker.setProperty(
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,DIRECT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        broker.setProperty("inter.broker.listener.name", "DIRECT");
        store(broker, KAFKA);
        controller();
    }

    private int proxy(String from, String to, int target) throws IOException {
        var proxy = new TcpProxy(from + ">" + to, target);
        proxies.put(new Arrow(from, to), proxy);
        return proxy.port();
    }

    private int kafkaProxy() throws IOException {
        var known = proxies.get(new Arrow("all", KAFKA));
        return known == null ? proxy("all", KAFKA, ports.kafka()) : known.port();
    }

    private void store(Properties overrides, String process) throws IOException {
        var file = Overrides.fileOf(home, process);
        Files.createDirectories(file.getParent());
        try (var writer = Files.newBufferedWriter(file)) {
            overrides.store(writer, null);
        }
    }

    /** The sample's data map, with two recipients that are ours. */
    private void controller() throws IOException {
        SampleController.copy(
                home,
                Map.of(
                        "shop.address", "127.0.0.1:" + ports.shop(),
                        "documents.port", Integer.toString(ports.documents()),
                        "mails.port", Integer.toString(ports.mails()),
                        "gateway.port", Integer.toString(ports.of(Service.GATEWAY))));
        var map = home.controllers().resolve("smallrig/data-map.yaml");
        var text = new StringBuilder(Files.readString(map));
        int before = text.indexOf("\nrecipients:");
        if (before >= 0) {
            text.setLength(before);
        }
        if (text.toString().lines().anyMatch(line -> !line.startsWith("#") && line.contains("${"))) {
            throw new IllegalStateException(
                    "the sample's data map wants a value that the harness does not give; see " + map);
        }
        text.append("\nrecipients:\n");
        for (var recipient : RECIPIENTS) {
            text.append("- id: ")
                    .append(recipient)
                    .append(
                            "\n  kind: http\n  role: SERVICE_PROVIDER\n  region: US\n  country: US\n  receives: [A]\n  endpoint: \"http://127.0.0.1:")
                    .append(recipients.port())
                    .append('/')
                    .append(recipient)
                    .append("/privacy\"\n  signing: {secret: harness-signing}\n");
        }
        Files.writeString(map, text);
        new Secrets(home.secrets()).of("smallrig").set("harness-signing", Recipients.SECRET);
    }

    private void launch() throws Exception {
        var target = home.root().resolve("quickstart/target");
        launcher = new ProcessBuilder(
                        ClassPath.java(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Duser.timezone=UTC",
                        "-cp",
                        target.resolve("quickstart.jar") + ":" + target.resolve("lib") + "/*",
                        "io.habeas.quickstart.Quickstart",
                        "start",
                        "--root",
                        home.root().toString(),
                        "--home",
                        home.directory().toString(),
                        "--port-offset",
                        Integer.toString(ports.offset()),
                        "--customers",
                        Integer.toString(CUSTOMERS),
                        "--test-controls",
                        "--short-lived")
                .redirectErrorStream(true)
                .redirectOutput(home.directory().resolve("launcher.out").toFile())
                .start();
        var started = launcher;
        boolean ready = Patience.of(START).await(() -> {
            var said = Files.readString(home.directory().resolve("launcher.out"));
            if (!started.isAlive()) {
                throw new IllegalStateException("the suite did not start:\n" + said);
            }
            return said.contains("ready: ");
        });
        if (!ready) {
            throw new IllegalStateException("the suite was not ready within " + START + "; see " + home.directory());
        }
        client = new Client(ports.of(Service.GATEWAY), ledger);
        mails = new Mails(ports.mails(), ledger);
        shop = new Shop(ports.shop(), ports.documents());
        topics = new Topics(direct);
    }

    Home home() {
        return home;
    }

    Ports ports() {
        return ports;
    }

    Ledger ledger() {
        return ledger;
    }

    Recipients recipients() {
        return recipients;
    }

    Client client() {
        return present(client);
    }

    Mails mails() {
        return present(mails);
    }

    Shop shop() {
        return present(shop);
    }

    Topics topics() {
        return present(topics);
    }

    private static <T> T present(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the suite does not run");
        }
        return part;
    }

    TcpProxy proxy(String from, String to) {
        var proxy = proxies.get(new Arrow(from, to));
        if (proxy == null) {
            throw new IllegalArgumentException("no proxy stands at " + from + ">" + to);
        }
        return proxy;
    }

    List<Arrow> arrows() {
        return List.copyOf(proxies.keySet());
    }

    /** Proxies let everything through, recipients are well. */
    void mend() {
        proxies.values().forEach(TcpProxy::mend);
        recipients.allWell();
    }

    private static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?logServerErrorDetail=false";
    }

    /** Of the superuser, past the proxies. */
    Connection database(String name) throws SQLException {
        return DriverManager.getConnection(url(ports.postgres(), name) + "&user=postgres");
    }

    /** @param action kill, stop, cont or restart */
    void process(String name, String action) throws IOException, InterruptedException {
        fault(action + " " + name);
        control("/processes/" + name + "/" + action, "{}");
    }

    void arm(String process, String point, int pass) throws IOException, InterruptedException {
        fault("halt " + process + " at pass " + pass + " of " + point);
        control("/processes/" + process + "/faults", "{\"point\":\"" + point + "\",\"pass\":" + pass + "}");
    }

    /** @param name postgres, shop or documents @param deed crash or revive */
    void store(String name, String deed) throws IOException, InterruptedException {
        fault(deed + " " + name);
        control("/stores/" + name + "/" + deed, "{}");
    }

    void advance(Duration by) throws IOException, InterruptedException {
        fault("legal time by " + by);
        control("/time", "{\"advance\":\"" + by + "\"}");
    }

    /** As {@link #advance}, and in the second copy of a service too, which the launcher does not know. */
    void advanceSecond(Service service, Duration by) throws IOException, InterruptedException {
        advance(by);
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + secondPort(service) + "/internal/v1/time"))
                .timeout(Duration.ofSeconds(60))
                .header("authorization", "Bearer " + token("service"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"offset\":\"" + LegalTime.offsetIn(home) + "\"}"));
        call(request);
    }

    /** Now, as the law counts in this suite. */
    Instant legalTime() {
        return Clock.systemUTC().instant().plus(LegalTime.offsetIn(home));
    }

    private int secondPort(Service service) {
        return 40_000 + ports.of(service) % 20_000;
    }

    /** Enters into the ledger what was done. */
    void fault(String what) {
        ledger.write(new LedgerEntry(LedgerEntry.Kind.FAULT, "harness", what, "done", ""));
    }

    int starts(String name) throws IOException, InterruptedException {
        for (var process : status().path("processes")) {
            if (name.equals(process.path("name").asString())) {
                return process.path("starts").asInt();
            }
        }
        throw new IllegalArgumentException("no process is called " + name);
    }

    boolean isReady() throws IOException, InterruptedException {
        for (var process : status().path("processes")) {
            if (!process.path("alive").asBoolean()
                    || process.has("ready") && !process.path("ready").asBoolean()) {
                return false;
            }
        }
        return true;
    }

    /** @throws IllegalStateException if it does not come to that */
    void awaitReady() throws Exception {
        if (!Patience.of(START).await(this::isReady)) {
            throw new IllegalStateException("not every service came up again: " + status());
        }
    }

    private JsonNode status() throws IOException, InterruptedException {
        return call(HttpRequest.newBuilder(controlUri("/status")).timeout(Duration.ofSeconds(90)));
    }

    private void control(String path, String body) throws IOException, InterruptedException {
        call(HttpRequest.newBuilder(controlUri(path))
                .timeout(Duration.ofSeconds(120))
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private JsonNode call(HttpRequest.Builder request) throws IOException, InterruptedException {
        var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(answer.uri() + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    private URI controlUri(String path) {
        return URI.create("http://127.0.0.1:" + ports.control() + path);
    }

    /** Of a member of staff, as the development issuer gives it. */
    String token(String role) throws IOException {
        return new Tokens(new Secrets(home.secrets()).key("issuer"), Tokens.issuerAt(ports.issuer()), Clock.systemUTC())
                .sign("harness-" + role, List.of(role), List.of("smallrig", "*"));
    }

    /** One call past the public door, to the service itself. @param body null for a GET */
    HttpResponse<byte[]> inner(Service service, String path, String role, @Nullable String body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(ports.urlOf(service) + path))
                .timeout(Duration.ofSeconds(60))
                .header("authorization", "Bearer " + token(role));
        if (body != null) {
            request.header("content-type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Starts another copy of a service beside the launcher's, with the same database; ready when this returns. */
    void startSecond(Service service) throws Exception {
        startSecond(service, Duration.ZERO);
    }

    /** @param ahead by how much its legal clock is ahead of the others' */
    void startSecond(Service service, Duration ahead) throws Exception {
        var settings = new Properties();
        try (var reader = Files.newBufferedReader(ServiceSettings.fileOf(home, new Copy(service, 1)))) {
            settings.load(reader);
        }
        int port = secondPort(service);
        settings.setProperty("server.port", Integer.toString(port));
        settings.setProperty("management.server.port", Integer.toString(port + 100));
        var file = home.run().resolve(service.shortName() + "-2.properties");
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (var writer = Files.newBufferedWriter(file)) {
            settings.store(writer, null);
        }
        var command = new ArrayList<>(List.of(ClassPath.java()));
        command.addAll(service.jvmFlags(true));
        command.addAll(List.of(
                "-Dhabeas.time.offset=" + LegalTime.offsetIn(home).plus(ahead),
                "-Duser.timezone=UTC",
                "-Dspring.config.additional-location=file:" + file,
                "-cp",
                ClassPath.joined(ClassPath.of(home, service, true)),
                service.mainClass()));
        fault("start a second " + service.shortName());
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(home.log(service.shortName() + "-2").toFile())
                .start();
        second.put(service, process);
        boolean ready = Patience.of(Duration.ofMinutes(6)).await(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the second " + service.folder() + " ended");
            }
            return isUp(port + 100);
        });
        if (!ready) {
            throw new IllegalStateException("the second " + service.folder() + " does not come up");
        }
    }

    private boolean isUp(int managementPort) throws InterruptedException {
        try {
            var request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness"))
                    .timeout(Duration.ofSeconds(5));
            return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** What a service says of itself. */
    String health(Service service) throws IOException, InterruptedException {
        return management(service, "/actuator/health").path("status").asString("?");
    }

    /** The largest value of a metric; -1 where there is none. */
    double metric(Service service, String name) throws IOException, InterruptedException {
        double largest = -1;
        for (var measured : management(service, "/actuator/metrics/" + name).path("measurements")) {
            largest = Math.max(largest, measured.path("value").asDouble());
        }
        return largest;
    }

    private JsonNode management(Service service, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.managementOf(service) + path))
                .timeout(Duration.ofSeconds(20));
        var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return answer.body().startsWith("{") ? JSON.readTree(answer.body()) : JSON.createObjectNode();
    }

    /** Holds the second copy still. */
    void holdSecond(Service service) {
        fault("stop the second " + service.shortName());
        signal("-STOP", present(second.get(service)).pid());
    }

    void releaseSecond(Service service) {
        fault("cont the second " + service.shortName());
        signal("-CONT", present(second.get(service)).pid());
    }

    /** How often the first copy of a service has logged this. */
    long said(Service service, String what) throws IOException {
        try (var lines = Files.lines(home.log(service.shortName()), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.contains(what)).count();
        }
    }

    void stopSecond(Service service) throws InterruptedException {
        var process = second.remove(service);
        if (process != null) {
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private void stop() {
        second.values().forEach(Process::destroyForcibly);
        var started = launcher;
        if (started != null) {
            // children that are held still would not hear that they are to end
            started.descendants().forEach(it -> signal("-CONT", it.pid()));
            started.destroy();
            try {
                if (!started.waitFor(120, TimeUnit.SECONDS)) {
                    started.destroyForcibly();
                }
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void signal(String name, long pid) {
        try {
            new ProcessBuilder("kill", name, Long.toString(pid)).start().waitFor();
        } catch (IOException gone) {
            // it ended by itself
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        if (topics != null) {
            topics.close();
        }
        if (shop != null) {
            shop.close();
        }
        stop();
        proxies.values().forEach(TcpProxy::close);
        recipients.close();
        ledger.close();
        http.close();
        try {
            Runtime.getRuntime().removeShutdownHook(closing);
        } catch (IllegalStateException alreadyEnding) {
            // the hook runs
        }
    }
}
