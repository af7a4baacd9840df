// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.containers;

import io.habeas.quickstart.secrets.Secrets;
import io.habeas.quickstart.settings.ComposeNetwork;
import io.habeas.quickstart.settings.Home;
import io.habeas.quickstart.settings.SampleController;
import io.habeas.quickstart.settings.Service;
import io.habeas.quickstart.settings.ServiceSettings;
import io.habeas.quickstart.settings.SuiteSecrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Draws all secrets, lays down the sample controller, and gives each container a folder with what it needs of both and nothing
 * more. Repeated, it keeps what is there; files of the controller that the reader changed in {@code home} are handed out anew.
 */
public final class Preparation {

    /** Secrets with the passwords of the clusters' owners. */
    static final String OWNER_OF_POSTGRES = "owner-postgres";

    static final String OWNER_OF_SHOP = "owner-shop";

    private static final String MAILER_SIGNING = "mailer-signing";

    private static final Pattern NAMED_IN_DATA_MAP = Pattern.compile("secret:\\s*([a-z0-9][a-z0-9._-]*)");

    private final Home home;
    private final Path folders;

    /**
     * @param home of the whole installation
     * @param folders one a container: {@code request}, {@code postgres}, ...
     */
    public Preparation(Home home, Path folders) {
        this.home = home;
        this.folders = folders;
    }

    public void run() throws IOException {
        var secrets = new Secrets(home.secrets());
        SuiteSecrets.draw(secrets, ComposeNetwork.REVIEWS_URI);
        SampleController.copy(
                home,
                Map.of(
                        "shop.address", ComposeNetwork.SHOP,
                        "documents.port", "27017",
                        "mailer.address", ComposeNetwork.MAILER,
                        "mails.port", "8025",
                        "gateway.port", "8080"));
        for (Service service : Service.values()) {
            if (service.isInner()) {
                handOut(service);
            }
        }
        new Secrets(folders.resolve("mailer").resolve("secrets"))
                .set(MAILER_SIGNING, Files.readString(home.secrets().resolve(MAILER_SIGNING)));
        handOutOwner("postgres", secrets.text(OWNER_OF_POSTGRES));
        handOutOwner("shop", secrets.text(OWNER_OF_SHOP));
    }

    /** Another account reads it there, and nobody else has that folder. */
    private void handOutOwner(String container, String password) throws IOException {
        Path folder = Files.createDirectories(folders.resolve(container));
        replace(folder.resolve("password"), password, "r--r--r--");
    }

    private void handOut(Service service) throws IOException {
        Path folder = Files.createDirectories(folders.resolve(service.shortName()));
        Path secrets = folder.resolve("secrets");
        List<String> names = secretsOf(service);
        var own = new Secrets(secrets);
        for (String name : names) {
            own.set(name, Files.readString(home.secrets().resolve(name)));
        }
        takeBackAllBut(names, secrets);
        if (service == Service.FULFILLMENT) {
            for (String controller : SampleController.controllersOf(home)) {
                handOutNamed(controller, own);
            }
        }
        Path settings = Files.createDirectories(folder.resolve("settings"));
        for (var password : passwordsOf(service).entrySet()) {
            replace(
                    settings.resolve(password.getKey()),
                    Files.readString(home.secrets().resolve(password.getValue())),
                    "r--------");
        }
        copy(home.controllers(), folder.resolve("controllers"));
    }

    /** What the data map of a controller names, from and into the folder of that controller alone. */
    private void handOutNamed(String controller, Secrets own) throws IOException {
        Path map = home.controllers().resolve(controller).resolve("data-map.yaml");
        if (!Files.exists(map)) {
            return;
        }
        for (var named :
                NAMED_IN_DATA_MAP.matcher(Files.readString(map)).results().toList()) {
            Path from = home.secrets().resolve(controller).resolve(named.group(1));
            if (!Files.exists(from)) {
                throw new IOException("the data map of " + controller + " names the secret " + named.group(1) + ", and "
                        + from + " is not there");
            }
            own.of(controller).set(named.group(1), Files.readString(from));
        }
    }

    /** An earlier version handed out more. */
    private static void takeBackAllBut(List<String> names, Path secrets) throws IOException {
        List<Path> surplus;
        try (Stream<Path> all = Files.list(secrets)) {
            surplus = all.filter(Files::isRegularFile)
                    .filter(it -> !names.contains(it.getFileName().toString()))
                    .toList();
        }
        for (Path file : surplus) {
            Files.delete(file);
        }
    }

    /** File names under {@code secrets/}, for a service whose home is its folder. */
    private static List<String> secretsOf(Service service) {
        List<String> names = new ArrayList<>(List.of(
                ServiceSettings.REQUESTER_KEY + ".pub.jwk",
                ServiceSettings.UNPROVED_REQUESTER_SECRET,
                ServiceSettings.clientSecretOf(service),
                "audit-" + service.shortName()));
        switch (service) {
            case REQUEST -> {
                names.addAll(List.of("request-ids", ServiceSettings.REQUESTER_KEY + ".jwk", "audit-signer"));
                for (Service other : Service.values()) {
                    if (other.isInner() && other != service) {
                        names.add("audit-" + other.shortName());
                    }
                }
            }
            case VERIFICATION -> names.addAll(List.of("verification-codes", ServiceSettings.REQUESTER_KEY + ".jwk"));
            case FULFILLMENT -> names.add("audit-signer.pub");
            case NOTIFICATION -> names.add("notification-recipients");
            case GATEWAY -> throw new IllegalArgumentException("the gateway has no secrets");
        }
        return names;
    }

    /** Names of files are names of properties there (Spring's configuration tree); contents are names of secrets here. */
    private static Map<String, String> passwordsOf(Service service) {
        Map<String, String> passwords = new TreeMap<>();
        passwords.put("spring.datasource.password", ServiceSettings.databaseOf(service));
        if (service == Service.REQUEST) {
            passwords.put("habeas.keys.password", "habeas_keys");
        }
        return passwords;
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(from)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Path target = to.resolve(from.relativize(file).toString());
            Files.createDirectories(target.getParent());
            Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void replace(Path file, String content, String permissions) throws IOException {
        Path fresh = Secrets.createPrivate(file.resolveSibling(file.getFileName() + ".new"));
        Files.writeString(fresh, content);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(permissions));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
