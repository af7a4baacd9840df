// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.demo;

import io.habeas.quickstart.mailer.Mailer;
import io.habeas.quickstart.postgres.Cluster;
import io.habeas.quickstart.settings.ComposeNetwork;
import io.habeas.quickstart.settings.Home;
import io.habeas.quickstart.settings.Ports;
import io.habeas.quickstart.settings.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the demonstration finds what it talks to and what it looks into.
 *
 * @param gateway base URL
 * @param mails where letters arrive
 * @param shopUrl the shop's PostgreSQL, for JDBC
 * @param home whose secrets open both stores and verify receipts
 * @param packages where packages and receipts are put
 * @param subscribers the list of the sample recipient
 * @param hints what the reader may try next
 */
public record Surroundings(
        String gateway, Mails mails, String shopUrl, Home home, Path packages, Path subscribers, String hints) {

    /** The suite that the launcher runs on this machine. */
    public static Surroundings local(Home home, Ports ports) {
        String gateway = ports.urlOf(Service.GATEWAY);
        String mails = "http://127.0.0.1:" + ports.mails();
        return new Surroundings(
                gateway,
                new LauncherMails(mails),
                Cluster.urlOf(ports.shop(), "shop"),
                home,
                home.directory().resolve("packages-demo"),
                Mailer.listIn(home.data("mailer")),
                """
                  mails            %1$s
                  recipient        http://127.0.0.1:%6$d
                  status           curl http://127.0.0.1:%2$d/status
                  rights on offer  curl '%3$s/api/v1/controllers/smallrig/profile?jurisdiction=US-CA'
                  the data map     curl -H "Authorization: Bearer $(./habeas token --role integrator%4$s)" \\
                                     %3$s/api/v1/desk/controllers/smallrig/data-map
                  the whole story  docs/requests.http
                  logs             %5$s""".formatted(
                                mails,
                                ports.control(),
                                gateway,
                                ports.offset() == 0 ? "" : " --port-offset " + ports.offset(),
                                home.directory().resolve("logs"),
                                ports.mailer()));
    }

    /** The suite of {@code docker-compose.yml}, seen from one of its containers. */
    public static Surroundings compose(Home home, Path packages, Path mailer) {
        return new Surroundings(
                ComposeNetwork.GATEWAY,
                new Mailpit(ComposeNetwork.MAILPIT),
                Cluster.urlOf(ComposeNetwork.SHOP, "shop"),
                home,
                packages,
                Mailer.listIn(mailer),
                """
                  mails            http://127.0.0.1:8025
                  rights on offer  curl 'http://127.0.0.1:8080/api/v1/controllers/smallrig/profile?jurisdiction=US-CA'
                  the data map     curl -H "Authorization: Bearer $(docker compose run --rm -T demo token --role integrator)" \\
                                     http://127.0.0.1:8080/api/v1/desk/controllers/smallrig/data-map
                  the whole story  docs/requests.http
                  logs             docker compose logs""");
    }

    String secret(String name) throws IOException {
        return Files.readString(home.secrets().resolve(name)).strip();
    }
}
