// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import io.habeas.quickstart.issuer.AccountSystem;
import io.habeas.quickstart.issuer.Tokens;
import io.habeas.quickstart.postgres.Cluster;
import io.habeas.quickstart.secrets.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The properties that one service is started with. They hold passwords, so they stand in a file and on no command line. */
public final class ServiceSettings {

    /** Under it all services believe the tokens of those who have proved nothing. */
    public static final String UNPROVED_REQUESTER_SECRET = "requester-unproved";

    public static final String REQUESTER_KEY = "requester";
    /** Name of the audit log and of its key. */
    public static final String AUDIT_ORIGIN = "habeas.local/audit";

    private final Home home;
    private final Ports ports;
    private final Secrets secrets;
    private final int copies;

    /** @param copies of each service */
    public ServiceSettings(Home home, Ports ports, Secrets secrets, int copies) {
        this.copies = copies;
        this.home = home;
        this.ports = ports;
        this.secrets = secrets;
    }

    /** Name of a service's database, of its role, and of the file with the role's password. */
    public static String databaseOf(Service service) {
        return "habeas_" + service.shortName();
    }

    public static String clientSecretOf(Service service) {
        return "client-" + service.shortName();
    }

    public Path write(Copy copy) throws IOException {
        var properties = new Properties();
        properties.putAll(of(copy));
        Overrides.into(properties, home, copy.service().shortName());
        Files.createDirectories(home.run());
        Path file = fileOf(home, copy);
        try (var writer = Files.newBufferedWriter(Secrets.createPrivate(file))) {
            properties.store(writer, null);
        }
        return file;
    }

    public static Path fileOf(Home home, Copy copy) {
        return home.run().resolve(copy.name() + ".properties");
    }

    Map<String, String> of(Copy copy) throws IOException {
        Service service = copy.service();
        Map<String, String> all = new TreeMap<>();
        all.put("spring.application.name", service.folder());
        all.put("server.port", Integer.toString(ports.of(copy)));
        all.put("server.address", "127.0.0.1");
        all.put("management.server.port", Integer.toString(ports.managementOf(copy)));
        all.put("management.server.address", "127.0.0.1");
        all.put("management.endpoint.health.probes.enabled", "true");
        all.put("habeas.home", home.directory().toString());
        all.put("habeas.public-url", ports.urlOf(Service.GATEWAY));
        for (Service other : Service.values()) {
            if (other.isInner()) {
                all.put("habeas.services." + other.shortName(), addressOf(other, service));
            }
        }
        if (service.isInner()) {
            inner(service, all);
        }
        switch (service) {
            case REQUEST -> {
                all.put("habeas.keys.url", Cluster.urlOf(ports.postgres(), "habeas_keys"));
                all.put("habeas.keys.username", "habeas_keys");
                all.put("habeas.keys.password", secrets.text("habeas_keys"));
                all.put(
                        "habeas.keys.kek-directory",
                        home.secrets().resolve("kek").toString());
                all.put("habeas.audit.push.directory", home.data("checkpoints").toString());
            }
            case VERIFICATION -> {
                all.put(
                        "habeas.verification.code-secret-file",
                        home.secrets().resolve("verification-codes").toString());
                accountSystems(all);
            }
            case FULFILLMENT -> {
                all.put("habeas.packages.directory", home.data("packages").toString());
                // the sample recipient stands on this machine; elsewhere no address inside is ever called
                all.put("habeas.outbound.allow[0]", "127.0.0.1/32");
                // on one machine a store answers at once, so a worker that died is noticed sooner
                all.put("habeas.execution.lease", "15s");
                all.put("habeas.execution.command", "5s");
            }
            case NOTIFICATION -> {
                all.put("habeas.mail.host", "127.0.0.1");
                all.put("habeas.mail.port", Integer.toString(ports.smtp()));
                all.put("habeas.mail.from", "privacy@smallrig.example");
                all.put(
                        "habeas.notification.recipient-secret-file",
                        home.secrets().resolve("notification-recipients").toString());
            }
            case GATEWAY -> {
                // routes and limits stand in its own application.yml
            }
        }
        return all;
    }

    /** Where the customers of the sample controllers log in. */
    private void accountSystems(Map<String, String> all) {
        int number = 1;
        for (String controller : SuiteSecrets.ACCOUNT_SYSTEMS) {
            String issuer = AccountSystem.issuerOf(Tokens.issuerAt(ports.issuer()), controller);
            String at = "habeas.access.issuers[" + number++ + "].";
            all.put(at + "issuer", issuer);
            all.put(at + "jwk-set-uri", issuer + "/jwks");
            all.put(at + "audience", AccountSystem.AUDIENCE);
            all.put(at + "kinds", "ACCOUNT");
            all.put(at + "account.controller", controller);
            all.put(at + "account.claim", "sub");
            all.put(at + "account.identifier", "CUSTOMER_ID");
        }
    }

    /** The gateway spreads over the copies by itself; the others have one address for all of them. */
    private String addressOf(Service service, Service caller) {
        if (copies == 1) {
            return ports.urlOf(service);
        }
        if (caller.isInner()) {
            return "http://127.0.0.1:" + ports.spreaderOf(service);
        }
        return IntStream.rangeClosed(1, copies)
                .mapToObj(number -> ports.urlOf(new Copy(service, number)))
                .collect(Collectors.joining(","));
    }

    private void inner(Service service, Map<String, String> all) throws IOException {
        String database = databaseOf(service);
        String issuer = Tokens.issuerAt(ports.issuer());
        all.put("spring.datasource.url", Cluster.urlOf(ports.postgres(), database) + "&reWriteBatchedInserts=true");
        all.put("spring.datasource.username", database);
        all.put("spring.datasource.password", secrets.text(database));
        all.put("habeas.messaging.bootstrap-servers", "127.0.0.1:" + ports.kafka());
        all.put("habeas.audit.origin", AUDIT_ORIGIN);
        all.put("habeas.access.issuers[0].issuer", issuer);
        all.put("habeas.access.issuers[0].jwk-set-uri", issuer + "/jwks");
        all.put(
                "habeas.access.requester.public-key-file",
                secrets.publicKey(REQUESTER_KEY).toString());
        all.put(
                "habeas.access.requester.unproved-secret-file",
                secrets.file(UNPROVED_REQUESTER_SECRET).toString());
        if (service == Service.REQUEST || service == Service.VERIFICATION) {
            all.put(
                    "habeas.access.requester.private-key-file",
                    secrets.privateKey(REQUESTER_KEY).toString());
        }
        all.put("habeas.access.client.token-uri", issuer + "/token");
        all.put("habeas.access.client.id", service.shortName());
        all.put(
                "habeas.access.client.secret-file",
                secrets.file(clientSecretOf(service)).toString());
    }
}
