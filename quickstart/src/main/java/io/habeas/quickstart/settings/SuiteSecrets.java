// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import io.habeas.auditlog.NoteSigner;
import io.habeas.quickstart.secrets.Secrets;
import java.io.IOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Every secret of an installation. Drawing them again keeps those that are there. */
public final class SuiteSecrets {

    /** The name of each is also that of its role and of the file with the role's password. */
    public static final List<String> DATABASES = List.of(
            "habeas_request", "habeas_verification", "habeas_fulfillment", "habeas_notification", "habeas_keys");

    private SuiteSecrets() {}

    /** @param reviewsUri where the sample shop's documents are; it is kept as a secret, for it may hold a password */
    public static void draw(Secrets secrets, String reviewsUri) throws IOException {
        secrets.key("issuer");
        secrets.key(ServiceSettings.REQUESTER_KEY);
        secrets.text(ServiceSettings.UNPROVED_REQUESTER_SECRET);
        secrets.signing("mailer-signing");
        for (String database : DATABASES) {
            secrets.text(database);
        }
        for (String name :
                List.of("shop-db", "request-ids", "verification-codes", "notification-recipients", "client-launcher")) {
            secrets.text(name);
        }
        secrets.set("reviews-uri", reviewsUri);
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
