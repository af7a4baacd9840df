// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import io.habeas.auditlog.NoteSigner;
import io.habeas.quickstart.issuer.AccountSystem;
import io.habeas.quickstart.secrets.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Every secret of an installation. Drawing them again keeps those that are there. */
public final class SuiteSecrets {

    /** The name of each is also that of its role and of the file with the role's password. */
    public static final List<String> DATABASES = List.of(
            "habeas_request", "habeas_verification", "habeas_fulfillment", "habeas_notification", "habeas_keys");

    /** The sample controllers whose policies let a login prove who somebody is; each has an account system of its own. */
    public static final List<String> ACCOUNT_SYSTEMS = List.of("smallrig", "cic", "ciie");

    private static final String SHOP = "shop-db";
    private static final String REVIEWS = "reviews-uri";
    private static final String MAILER = "mailer-signing";

    /** What the data map of each controller of the sample names. All of them have one shop and, if any, one recipient. */
    private static final Map<String, List<String>> OF_CONTROLLERS = Map.of(
            "smallrig", List.of(SHOP, REVIEWS, MAILER),
            "cic", List.of(SHOP, REVIEWS, MAILER),
            "cig", List.of(SHOP, REVIEWS, MAILER),
            "ciie", List.of(SHOP, REVIEWS),
            "zhiqi", List.of(SHOP, REVIEWS));

    private SuiteSecrets() {}

    /** @param reviewsUri where the sample shop's documents are; it is kept as a secret, for it may hold a password */
    public static void draw(Secrets secrets, String reviewsUri) throws IOException {
        secrets.key("issuer");
        for (String controller : ACCOUNT_SYSTEMS) {
            secrets.key(AccountSystem.keyOf(controller));
        }
        secrets.key(ServiceSettings.REQUESTER_KEY);
        secrets.text(ServiceSettings.UNPROVED_REQUESTER_SECRET);
        secrets.signing(MAILER);
        for (String database : DATABASES) {
            secrets.text(database);
        }
        for (String name :
                List.of(SHOP, "request-ids", "verification-codes", "notification-recipients", "client-launcher")) {
            secrets.text(name);
        }
        secrets.set(REVIEWS, reviewsUri);
        layDown(secrets);
        for (Service service : Service.values()) {
            if (service.isInner()) {
                secrets.text("audit-" + service.shortName());
            }
        }
        byte[] seed = HexFormat.of().parseHex(secrets.text("audit-signer"));
        secrets.set(
                "audit-signer.pub",
                NoteSigner.ofSeed(ServiceSettings.AUDIT_ORIGIN, seed).verifierKey());
        clients(secrets);
    }

    /**
     * What the shop and the recipient know stands in {@code secrets/}, where homes of earlier versions have it too; each controller gets it into its own
     * folder, where alone it is looked for. Laid down again at each start, so that both sides go on knowing the same.
     */
    private static void layDown(Secrets secrets) throws IOException {
        for (var controller : OF_CONTROLLERS.entrySet()) {
            Secrets own = secrets.of(controller.getKey());
            for (String name : controller.getValue()) {
                own.set(name, Files.readString(secrets.file(name)).strip());
            }
        }
    }

    /** @param root URL of the development issuer */
    public static List<AccountSystem> accountSystems(Secrets secrets, String root, Clock clock) throws IOException {
        List<AccountSystem> systems = new ArrayList<>();
        for (String controller : ACCOUNT_SYSTEMS) {
            systems.add(new AccountSystem(root, controller, secrets.key(AccountSystem.keyOf(controller)), clock));
        }
        return systems;
    }

    /** Secret by client id, of every service that calls another. */
    public static Map<String, String> clients(Secrets secrets) throws IOException {
        Map<String, String> clients = new HashMap<>();
        for (Service service : Service.values()) {
            if (service.isInner()) {
                clients.put(service.shortName(), secrets.text(ServiceSettings.clientSecretOf(service)));
            }
        }
        return clients;
    }
}
