// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart;

import io.habeas.journal.EventJournal;
import io.habeas.journal.GenerationCheck;
import io.habeas.journal.GenerationRefusedException;
import io.habeas.journal.JournalWakeup;
import io.habeas.quickstart.postgres.Cluster;
import io.habeas.quickstart.settings.Service;
import io.habeas.quickstart.settings.ServiceSettings;
import java.io.PrintStream;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code ./habeas generation show|begin}: what an operator does about a restored database, while the suite is down. */
final class Generations {

    private static final String EVERY = "all";

    private Generations() {}

    /** @throws IllegalStateException naming every service whose database is another than that of its generation, and the cure */
    static void requireKnown(Cluster cluster) throws SQLException {
        List<String> refused = new ArrayList<>();
        for (Service service : Service.values()) {
            if (service.isInner() && hasJournal(cluster, service)) {
                try {
                    checkOf(cluster, service).requireKnown();
                } catch (GenerationRefusedException other) {
                    refused.add(service.shortName() + ": " + other.getMessage());
                }
            }
        }
        if (!refused.isEmpty()) {
            throw new IllegalStateException(String.join("\n  ", refused)
                    + "\n  Read 'A restored database' in docs/operations.md first. Then, for each of them (or with --service all):"
                    + "\n  ./habeas generation begin --service <name> --by <who decides> --reason <why>");
        }
    }

    static int run(String deed, Options options, PrintStream out) throws Exception {
        if (!deed.equals("show") && !deed.equals("begin")) {
            throw new IllegalArgumentException("./habeas generation show, or begin; not " + deed);
        }
        List<Service> services = servicesOf(options);
        String by = deed.equals("begin") ? required(options, "--by") : "";
        String reason = deed.equals("begin") ? required(options, "--reason") : "";
        try (var _ = options.home().lock()) {
            if (!Files.exists(options.home().data("postgres"))) {
                throw new IllegalStateException(
                        "there is no database in " + options.home().directory() + " yet");
            }
            try (Cluster cluster = Cluster.start(
                    options.home().data("postgres"),
                    options.home().binaries(),
                    options.ports().postgres(),
                    "64MB")) {
                for (Service service : services) {
                    if (hasJournal(cluster, service)) {
                        about(cluster, service, out);
                        if (deed.equals("begin")) {
                            begin(cluster, service, by, reason, out);
                        }
                    } else {
                        out.println(service.shortName() + ": has no journal yet; nothing to do");
                    }
                }
            }
        }
        return 0;
    }

    private static List<Service> servicesOf(Options options) {
        String wanted = required(options, "--service");
        List<Service> services = Arrays.stream(Service.values())
                .filter(Service::isInner)
                .filter(it -> wanted.equals(EVERY) || wanted.equals(it.shortName()))
                .toList();
        if (services.isEmpty()) {
            throw new IllegalArgumentException("no service with a journal is called " + wanted
                    + "; there are request, verification, fulfillment, notification, or all");
        }
        return services;
    }

    private static String required(Options options, String name) {
        return options.value(name)
                .filter(it -> !it.isBlank())
                .orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
    }

    private static void about(Cluster cluster, Service service, PrintStream out) {
        var check = checkOf(cluster, service);
        out.println(service.shortName() + ":");
        for (var generation : check.after(0)) {
            out.println("  generation " + generation.number() + " began " + generation.beganAt() + " on system "
                    + generation.systemIdentifier() + ", timeline " + generation.timeline() + ", by " + generation.by()
                    + ": " + generation.reason());
        }
        out.println("  the database runs on " + check.cluster());
        out.println("  its newest event is at "
                + new EventJournal(cluster.owner(ServiceSettings.databaseOf(service)), new JournalWakeup()).head()
                + " (generation, transaction, position)");
    }

    private static void begin(Cluster cluster, Service service, String by, String reason, PrintStream out) {
        long begun = checkOf(cluster, service).beginGeneration(by, reason);
        out.println("  generation " + begun
                + " has begun. What others knew of this service and it forgot is parked by them when it is told anew:");
        out.println("  GET /api/v1/desk/dead-letters?service=<each> (sequence-conflict, lost-in-a-restore)");
    }

    private static GenerationCheck checkOf(Cluster cluster, Service service) {
        return new GenerationCheck(cluster.owner(ServiceSettings.databaseOf(service)));
    }

    private static boolean hasJournal(Cluster cluster, Service service) throws SQLException {
        try (var connection = cluster.connect("postgres");
                var exists = connection.prepareStatement("select exists (select from pg_database where datname = ?)")) {
            exists.setString(1, ServiceSettings.databaseOf(service));
            try (var rows = exists.executeQuery()) {
                rows.next();
                if (!rows.getBoolean(1)) {
                    return false;
                }
            }
        }
        try (var connection = cluster.connect(ServiceSettings.databaseOf(service));
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select to_regclass('generation') is not null")) {
            rows.next();
            return rows.getBoolean(1);
        }
    }
}
