// SPDX-License-Identifier: Apache-2.0
package io.habeas.benchmarks;

import io.habeas.quickstart.settings.Home;
import io.habeas.quickstart.settings.Ports;
import io.habeas.quickstart.settings.Service;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole suite as {@code ./habeas start} starts it, in a home of its own, on ports of its own. */
final class RunningSuite implements AutoCloseable {

    /** What accepts a request and makes it known; the others work on it afterwards. */
    static final Set<String> INTAKE = Set.of("gateway", "request", "kafka", "launcher");

    /** The backends of the services' own databases are shown apart. */
    private static final List<String> DATABASES = List.of("habeas_request", "habeas_keys");

    /** So that the highest port of the last one tried lies below 32,768, where connections that go out take theirs. */
    private static final int FIRST_OFFSET = 8_000;

    private static final int OFFSETS_TRIED = 50;
    private static final Duration START = Duration.ofMinutes(4);
    private static final Duration STOP = Duration.ofSeconds(90);
    private static final Duration LOOK = Duration.ofMillis(500);
    /** Of one core. The polls of idle services take a fifth, on a slow machine more; where the bar lies too near, a rest never comes, and what is idle is charged to the window before. */
    private static final double AT_REST = 0.35;

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Home home;
    private final Ports ports;
    private final Process launcher;
    private final Map<String, Long> processes = new LinkedHashMap<>();
    private final Set<String> paused = new HashSet<>();
    private final Thread closing = new Thread(this::stop, "stop-suite");
    private long postmaster;
    private long shop;

    private RunningSuite(Home home, Ports ports, Process launcher) {
        this.home = home;
        this.ports = ports;
        this.launcher = launcher;
    }

    /** @param commitTimes whether the database notes when each transaction was committed, which costs every commit a little */
    static RunningSuite start(boolean commitTimes) throws Exception {
        return start(commitTimes, 200, (_, _) -> {});
    }

    /** Changes a home before the suite starts in it. */
    interface Preparation {
        void in(Home home, Ports ports) throws IOException;
    }

    /** @param customers of the sample shop */
    static RunningSuite start(boolean commitTimes, int customers, Preparation preparation) throws Exception {
        Files.createDirectories(Benchmarks.results());
        var home = new Home(Benchmarks.root(), Files.createTempDirectory(Benchmarks.results(), "suite"));
        var ports = freePorts();
        preparation.in(home, ports);
        if (commitTimes) {
            try (var cluster = io.habeas.quickstart.postgres.Cluster.start(
                    home.data("postgres"), home.binaries(), ports.postgres(), "128MB")) {
                cluster.execute("postgres", "alter system set track_commit_timestamp = on");
            }
        }
        var launcher = new ProcessBuilder(
                        home.root().resolve("habeas").toString(),
                        "start",
                        "--home",
                        home.directory().toString(),
                        "--port-offset",
                        Integer.toString(ports.offset()),
                        "--customers",
                        Integer.toString(customers))
                .redirectErrorStream(true)
                .redirectOutput(home.directory().resolve("launcher.out").toFile())
                .start();
        var suite = new RunningSuite(home, ports, launcher);
        Runtime.getRuntime().addShutdownHook(suite.closing);
        try {
            suite.awaitReady();
            return suite;
        } catch (Exception failure) {
            suite.close();
            throw failure;
        }
    }

    private static Ports freePorts() {
        IllegalStateException last = null;
        for (int i = 0; i < OFFSETS_TRIED; i++) {
            var ports = new Ports(FIRST_OFFSET + 100 * i);
            try {
                ports.requireFree();
                return ports;
            } catch (IllegalStateException taken) {
                last = taken;
            }
        }
        throw new IllegalStateException("no free ports from offset " + FIRST_OFFSET, last);
    }

    private void awaitReady() throws IOException, InterruptedException {
        long end = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < end) {
            if (!launcher.isAlive()) {
                throw new IllegalStateException("the suite did not start:\n"
                        + Files.readString(home.directory().resolve("launcher.out")));
            }
            if (isReady()) {
                postmaster = postmasterOf("postgres");
                shop = postmasterOf("shop");
                return;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
        }
        throw new IllegalStateException(
                "the suite was not ready within " + START.toSeconds() + " s; its home is kept: " + home.directory());
    }

    private boolean isReady() throws InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports.control() + "/status"))
                            .build(),
                    BodyHandlers.ofByteArray());
            boolean ready = true;
            processes.put("launcher", launcher.pid());
            for (JsonNode process : JSON.readTree(answer.body()).path("processes")) {
                processes.put(
                        process.path("name").asString(), process.path("pid").asLong());
                ready &= process.path("ready").asBoolean(true);
            }
            return ready && processes.size() > Service.values().length;
        } catch (IOException notYet) {
            return false;
        }
    }

    private long postmasterOf(String cluster) throws IOException {
        return Long.parseLong(Files.readAllLines(home.data(cluster).resolve("postmaster.pid"))
                .getFirst()
                .strip());
    }

    Path directory() {
        return home.directory();
    }

    int gateway() {
        return ports.of(Service.GATEWAY);
    }

    String kafka() {
        return "127.0.0.1:" + ports.kafka();
    }

    /** Of the superuser, in the cluster of the services. */
    PGSimpleDataSource database(String name) {
        return connectable(name, ports.postgres());
    }

    private static PGSimpleDataSource connectable(String name, int port) {
        var dataSource = new PGSimpleDataSource();
        dataSource.setServerNames(new String[] {"127.0.0.1"});
        dataSource.setPortNumbers(new int[] {port});
        dataSource.setDatabaseName(name);
        dataSource.setUser("postgres");
        dataSource.setLogServerErrorDetail(false);
        return dataSource;
    }

    /** Stops the processes that only work on what was accepted, until {@link #resume}. */
    void pauseFollowers() throws IOException, InterruptedException {
        for (var process : processes.entrySet()) {
            if (!INTAKE.contains(process.getKey()) && paused.add(process.getKey())) {
                signal("-STOP", process.getValue());
            }
        }
    }

    /** Stops one process, until {@link #resume}. */
    void pause(String name) throws IOException, InterruptedException {
        if (paused.add(name)) {
            signal("-STOP", processes.getOrDefault(name, 0L));
        }
    }

    void resume() throws IOException, InterruptedException {
        for (var name : List.copyOf(paused)) {
            signal("-CONT", processes.getOrDefault(name, 0L));
            paused.remove(name);
        }
    }

    void resumeOnly(String name) throws IOException, InterruptedException {
        if (paused.remove(name)) {
            signal("-CONT", processes.getOrDefault(name, 0L));
        }
    }

    private static void signal(String signal, long process) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", signal, Long.toString(process))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill " + signal + " " + process + " ended with " + status);
        }
    }

    /** Every process of the suite, this one, and the database by what its backends serve. */
    CpuTime cpu() {
        var micros = new TreeMap<String, Long>();
        micros.put(CpuTime.LOAD, CpuTime.ofThisProcess());
        processes.forEach((name, process) -> micros.put(name, CpuTime.ofProcess(process)));
        micros.put("shop database", CpuTime.ofTree(shop));
        micros.put(CpuTime.DATABASE, CpuTime.ofTree(postmaster));
        DATABASES.forEach(name -> micros.put(name, 0L));
        backends().forEach((backend, name) -> micros.merge(name, CpuTime.ofProcess(backend), Long::sum));
        return new CpuTime(micros);
    }

    /** Of the services, without this process and without the parts that are counted in the database already. */
    double suiteMicros(CpuTime used) {
        return used.of(CpuTime.DATABASE)
                + used.of("shop database")
                + processes.keySet().stream().mapToLong(used::of).sum();
    }

    Set<String> processes() {
        return processes.keySet();
    }

    static List<String> databases() {
        return DATABASES;
    }

    private Map<Long, String> backends() {
        var backends = new TreeMap<Long, String>();
        try (var connection = database("postgres").getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "select pid, datname from pg_stat_activity where datname like 'habeas\\_%'")) {
            while (rows.next()) {
                if (DATABASES.contains(rows.getString(2))) {
                    backends.put(rows.getLong(1), rows.getString(2));
                }
            }
            return backends;
        } catch (SQLException e) {
            throw new IllegalStateException("the suite's database does not answer", e);
        }
    }

    /** @return whether everything came to rest within this time */
    boolean awaitRest(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        int quiet = 0;
        double before = suiteMicros(cpu());
        long start = System.nanoTime();
        while (start < end) {
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
            double now = suiteMicros(cpu());
            long at = System.nanoTime();
            double cores = (now - before) * 1_000 / (at - start);
            before = now;
            start = at;
            quiet = cores < AT_REST ? quiet + 1 : 0;
            if (quiet == 2) {
                return true;
            }
        }
        return false;
    }

    /** Of the superuser, in the cluster of the sample shop. */
    Connection shop() throws SQLException {
        return connectable("shop", ports.shop()).getConnection();
    }

    int mails() {
        return ports.mails();
    }

    Home home() {
        return home;
    }

    /** The row that an accepted request leaves in the journal. */
    Connection journal() throws SQLException {
        return database("habeas_request").getConnection();
    }

    @Override
    public void close() throws IOException {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(closing);
        } catch (IllegalStateException alreadyEnding) {
            return;
        }
        if (launcher.isAlive()) {
            throw new IOException(
                    "the suite does not stop (process " + launcher.pid() + ", home " + home.directory() + ")");
        }
        if (processes.isEmpty() || postmaster == 0) {
            return; // it never ran: the logs say why
        }
        try (var files = Files.walk(home.directory())) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    private void stop() {
        try {
            resume();
            launcher.destroy();
            launcher.waitFor(STOP.toSeconds(), TimeUnit.SECONDS);
        } catch (IOException failure) {
            System.err.println("the suite could not be stopped in an orderly way: " + failure.getMessage());
            launcher.destroy();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
