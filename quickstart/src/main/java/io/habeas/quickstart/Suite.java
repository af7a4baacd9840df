// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart;

import io.habeas.quickstart.broker.Broker;
import io.habeas.quickstart.broker.BrokerSettings;
import io.habeas.quickstart.control.Control;
import io.habeas.quickstart.control.LegalTime;
import io.habeas.quickstart.documents.DocumentServer;
import io.habeas.quickstart.issuer.Issuer;
import io.habeas.quickstart.issuer.Tokens;
import io.habeas.quickstart.mail.MailSink;
import io.habeas.quickstart.mailer.Mailer;
import io.habeas.quickstart.postgres.Cluster;
import io.habeas.quickstart.processes.Child;
import io.habeas.quickstart.processes.Children;
import io.habeas.quickstart.processes.ProcessSpec;
import io.habeas.quickstart.processes.Readiness;
import io.habeas.quickstart.secrets.Secrets;
import io.habeas.quickstart.settings.ClassPath;
import io.habeas.quickstart.settings.Copy;
import io.habeas.quickstart.settings.Home;
import io.habeas.quickstart.settings.LargePages;
import io.habeas.quickstart.settings.Ports;
import io.habeas.quickstart.settings.SampleController;
import io.habeas.quickstart.settings.Service;
import io.habeas.quickstart.settings.ServiceSettings;
import io.habeas.quickstart.settings.SuiteSecrets;
import io.habeas.quickstart.shop.SampleShop;
import io.habeas.quickstart.web.LocalServer;
import io.habeas.quickstart.web.Spreader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The whole installation, from its first file to its last process. Closing it stops everything that it started. */
final class Suite implements AutoCloseable {

    private final Options options;
    private final Home home;
    private final Ports ports;
    private final Progress progress;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Map<Copy, Child> services = new LinkedHashMap<>();
    private @Nullable Control control;
    private @Nullable Mailer mailer;
    private boolean closed;

    private Suite(Options options, Progress progress) {
        this.options = options;
        this.home = options.home();
        this.ports = options.ports();
        this.progress = progress;
    }

    /** @return when everything is ready */
    static Suite start(Options options, Progress progress) throws Exception {
        var suite = new Suite(options, progress);
        // whoever ends the launcher, with whatever signal but KILL, ends all of it
        Runtime.getRuntime().addShutdownHook(new Thread(suite::close, "stop-everything"));
        try {
            suite.start();
            return suite;
        } catch (Exception failure) {
            suite.close();
            throw failure;
        }
    }

    /** Starts database and broker, then every service once, as many at a time as there are processors, until its context stands. */
    static int train(Options options, Progress progress) throws Exception {
        try (var suite = new Suite(options, progress);
                var trainings =
                        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            Runtime.getRuntime().addShutdownHook(new Thread(suite::close, "stop-everything"));
            var secrets = new Secrets(options.home().secrets());
            suite.infrastructure(suite.prepare(secrets), secrets);
            Files.createDirectories(options.home().aot());
            List<Future<?>> made = new ArrayList<>();
            for (Service service : Service.values()) {
                made.add(trainings.submit(() -> {
                    suite.train(service);
                    return null;
                }));
            }
            for (Future<?> one : made) {
                one.get();
            }
            return 0;
        }
    }

    private void train(Service service) throws IOException, InterruptedException {
        List<Path> jars = ClassPath.of(home, service, options.testControls());
        Path cache = AotCache.file(home, service, jars, service.jvmFlags(options.shortLived()));
        if (!Files.exists(cache)) {
            AotCache.make(
                    cache,
                    command(new Copy(service, 1), jars, AotCache.training(cache)),
                    java(service, jars, List.of()),
                    home.log("aot-" + service.shortName()));
        }
        progress.say("AOT cache of " + service.folder());
    }

    private void start() throws Exception {
        var secrets = new Secrets(home.secrets());
        Processes processes = prepare(secrets);
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        // while PostgreSQL is unpacked a processor has nothing to do, and filling the collections is the longest step
        // of a first start
        var documents = CompletableFuture.supplyAsync(() -> startDocuments(today), Suite::beside);
        infrastructure(processes, secrets);
        var shop = CompletableFuture.runAsync(() -> startShop(secrets, documents, today), Suite::beside);
        services.values().forEach(Child::start);
        try {
            shop.join();
        } catch (CompletionException failure) {
            throw failure.getCause() instanceof Exception cause ? cause : failure;
        }
        for (var service : services.entrySet()) {
            Readiness.await(ports.managementOf(service.getKey()), service.getValue());
            progress.done(service.getKey().name(), ports.of(service.getKey()));
        }
    }

    /** A thread of its own: with two processors the common pool has one, and what runs there waits for what is there already. */
    private static void beside(Runnable task) {
        Thread.ofPlatform().daemon().name("shop").start(task);
    }

    /** @param all whatever runs as a process, the broker among it */
    private record Processes(Children all, Child broker) {}

    /** Everything before the first process: lock, secrets, settings, and that nobody else has the ports. */
    private Processes prepare(Secrets secrets) throws Exception {
        keep(home.lock());
        ProcessHandle self = ProcessHandle.current();
        Files.writeString(home.pidOf("launcher"), Long.toString(self.pid()));
        SuiteSecrets.draw(secrets, "mongodb://127.0.0.1:" + ports.documents() + "/" + SampleShop.REVIEWS);
        Files.createDirectories(home.data("packages"));
        SampleController.copy(
                home,
                Map.of(
                        "shop.address", "127.0.0.1:" + ports.shop(),
                        "documents.port", Integer.toString(ports.documents()),
                        "mailer.address", "127.0.0.1:" + ports.mailer(),
                        "mails.port", Integer.toString(ports.mails()),
                        "gateway.port", Integer.toString(ports.of(Service.GATEWAY))));
        var children = new Children(progress::say);
        Child broker = children.add(brokerSpec());
        for (Copy copy : Copy.all(options.copies())) {
            services.put(copy, children.add(serviceSpec(copy, secrets)));
        }
        Cluster.stopLeftBehind(home.data("postgres"));
        Cluster.stopLeftBehind(home.data("shop"));
        ports.requireFree(options.copies());
        keep(children);
        if (options.copies() > 1) {
            for (Service service : Service.values()) {
                if (service.isInner()) {
                    keep(new Spreader(ports.spreaderOf(service), portsOf(service)));
                }
            }
        }
        return new Processes(children, broker);
    }

    private void infrastructure(Processes processes, Secrets secrets) throws Exception {
        processes.broker().start();
        var tokens = new Tokens(secrets.key("issuer"), Tokens.issuerAt(ports.issuer()), Clock.systemUTC());
        keep(new Issuer(
                ports.issuer(),
                secrets.key("issuer"),
                tokens,
                SuiteSecrets.clients(secrets),
                () -> SampleController.controllersOf(home),
                SuiteSecrets.accountSystems(secrets, Tokens.issuerAt(ports.issuer()), Clock.systemUTC())));
        URI gateway = URI.create(ports.urlOf(Service.GATEWAY));
        mailer = keep(new Mailer(
                new LocalServer(ports.mailer()),
                home.data("mailer"),
                secrets.signing("mailer-signing"),
                new Mailer.Door(gateway, gateway),
                options.testControls()));
        keep(new MailSink(home.data("mails"), ports.smtp(), ports.mails(), Clock.systemUTC()));
        // one unpacks PostgreSQL, then both start side by side
        Cluster cluster = keep(Cluster.start(home.data("postgres"), home.binaries(), ports.postgres(), "128MB"));
        progress.done("PostgreSQL of Habeas", ports.postgres());
        for (String database : SuiteSecrets.DATABASES) {
            cluster.provide(database, database, secrets.text(database));
        }
        Generations.requireKnown(cluster);
        Readiness.awaitPort(ports.kafka(), processes.broker());
        progress.done("Kafka", ports.kafka());
        control = keep(new Control(
                ports.control(),
                processes.all(),
                ports,
                new LegalTime(home, ports, tokens, processes.all()),
                options.testControls()));
        control.addStore("postgres", new Control.Store(cluster::crash, cluster::revive));
    }

    private List<Integer> portsOf(Service service) {
        return services.keySet().stream()
                .filter(copy -> copy.service() == service)
                .map(ports::of)
                .toList();
    }

    /**
     * @param documents its server
     * @param reviews   fills the collections, or returns at once where that was done
     */
    private record Documents(DocumentServer documents, Runnable reviews) {}

    /** Fills the collections of a shop that was never begun; whether another one was filled its tables say, and those are not up yet. */
    private Documents startDocuments(LocalDate today) {
        try {
            DocumentServer documents = keep(DocumentServer.start(home.data("documents"), ports.documents()));
            Runnable reviews = () -> SampleShop.fillReviews(
                    "mongodb://127.0.0.1:" + ports.documents() + "/" + SampleShop.REVIEWS,
                    options.customers(),
                    SampleShop.SEED,
                    today,
                    progress::say);
            if (Files.exists(home.data("shop"))) {
                return new Documents(documents, reviews);
            }
            reviews.run();
            return new Documents(documents, () -> {});
        } catch (IOException failure) {
            throw new CompletionException(failure);
        }
    }

    private void startShop(Secrets secrets, CompletableFuture<Documents> started, LocalDate today) {
        try {
            Cluster shop = keep(Cluster.start(home.data("shop"), home.binaries(), ports.shop(), "64MB"));
            shop.createDatabase("shop");
            Documents reviews = started.join();
            DocumentServer documents = reviews.documents();
            if (control != null) {
                control.addStore("shop", new Control.Store(shop::crash, shop::revive));
                control.addStore("documents", new Control.Store(documents::crash, documents::revive));
            }
            DataSource owner = shop.owner("shop");
            SampleShop.fill(owner, reviews.reviews(), options.customers(), SampleShop.SEED, today, progress::say);
            SampleShop.admit(owner, "habeas", secrets.text("shop-db"));
            if (mailer != null) {
                mailer.begin(SampleShop.addresses(owner));
                progress.done("sample recipient, a mailing provider", ports.mailer());
            }
            progress.done("sample shop, PostgreSQL", ports.shop());
            progress.done("sample shop, MongoDB protocol", ports.documents());
        } catch (IOException | SQLException failure) {
            throw new CompletionException(failure);
        }
    }

    private ProcessSpec brokerSpec() throws IOException {
        Files.createDirectories(home.run());
        Path file = home.run().resolve("kafka.properties");
        BrokerSettings.write(file, home.data("kafka"), ports, home);
        List<String> command = new ArrayList<>(List.of(ClassPath.java()));
        command.addAll(BrokerSettings.JVM_FLAGS);
        command.addAll(largePages());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Broker.class.getName(), file.toString()));
        return new ProcessSpec(
                "kafka", Broker.class.getName(), () -> command, Map.of(), home.log("kafka"), home.pidOf("kafka"));
    }

    private ProcessSpec serviceSpec(Copy copy, Secrets secrets) throws IOException {
        Service service = copy.service();
        new ServiceSettings(home, ports, secrets, options.copies()).write(copy);
        List<Path> jars = ClassPath.of(home, service, options.testControls());
        return new ProcessSpec(
                copy.name(),
                service.mainClass(),
                () -> {
                    List<String> flags = new ArrayList<>(
                            AotCache.flags(home, service, jars, service.jvmFlags(options.shortLived())));
                    if (options.testControls()) {
                        flags.add("-Dhabeas.time.offset=" + LegalTime.offsetIn(home));
                    }
                    List<String> command = new ArrayList<>(service.givesWay());
                    command.addAll(command(copy, jars, flags));
                    return command;
                },
                Map.of(),
                home.log(copy.name()),
                home.pidOf(copy.name()));
    }

    private List<String> command(Copy copy, List<Path> jars, List<String> flags) {
        Service service = copy.service();
        List<String> command = java(service, jars, flags);
        command.add("-Dspring.config.additional-location=file:" + ServiceSettings.fileOf(home, copy));
        command.add(service.mainClass());
        return command;
    }

    private List<String> java(Service service, List<Path> jars, List<String> flags) {
        List<String> command = new ArrayList<>(List.of(ClassPath.java()));
        command.addAll(service.jvmFlags(options.shortLived()));
        if (service.runsHot()) {
            command.addAll(largePages());
        }
        command.addAll(flags);
        command.addAll(List.of("-Duser.timezone=UTC", "-cp", ClassPath.joined(jars)));
        return command;
    }

    private List<String> largePages() {
        return options.shortLived() ? List.of() : LargePages.jvmFlags();
    }

    private synchronized <T extends AutoCloseable> T keep(T part) {
        open.push(part);
        return part;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        // processes first: whatever they still write has to find its database and its broker
        open.stream().filter(Children.class::isInstance).forEach(this::closed);
        open.removeIf(Children.class::isInstance);
        open.forEach(this::closed);
    }

    private void closed(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception failure) {
            progress.say("could not be stopped in an orderly way: "
                    + part.getClass().getSimpleName() + ": " + failure.getMessage());
        }
    }
}
