// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.containers;

import io.habeas.quickstart.Progress;
import io.habeas.quickstart.mailer.Mailer;
import io.habeas.quickstart.postgres.Cluster;
import io.habeas.quickstart.secrets.Secrets;
import io.habeas.quickstart.settings.ComposeNetwork;
import io.habeas.quickstart.settings.Home;
import io.habeas.quickstart.settings.SuiteSecrets;
import io.habeas.quickstart.shop.SampleShop;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.postgresql.ds.PGSimpleDataSource;

/** Databases and roles of the services, the sample shop with its customers, and the list of its recipient. Repeated, it keeps what is there. */
public final class Provision {

    private static final String OWNER = "postgres";

    private final Secrets secrets;
    private final Path mailer;
    private final int customers;
    private final Progress progress;

    /** @param mailer the folder of the sample recipient */
    public Provision(Home home, Path mailer, int customers, Progress progress) throws IOException {
        this.mailer = mailer;
        this.secrets = new Secrets(home.secrets());
        this.customers = customers;
        this.progress = progress;
    }

    public void run() throws IOException, SQLException {
        try (Connection owner = DriverManager.getConnection(
                Cluster.urlOf(ComposeNetwork.POSTGRES, OWNER), OWNER, secrets.text(Preparation.OWNER_OF_POSTGRES))) {
            for (String database : SuiteSecrets.DATABASES) {
                Cluster.provide(owner, database, database, secrets.text(database));
                progress.say("database " + database);
            }
        }
        var shop = new PGSimpleDataSource();
        shop.setUrl(Cluster.urlOf(ComposeNetwork.SHOP, "shop"));
        shop.setUser(OWNER);
        shop.setPassword(secrets.text(Preparation.OWNER_OF_SHOP));
        SampleShop.fill(
                shop,
                ComposeNetwork.REVIEWS_URI,
                customers,
                SampleShop.SEED,
                LocalDate.now(ZoneOffset.UTC),
                progress::say);
        SampleShop.admit(shop, "habeas", secrets.text("shop-db"));
        Mailer.begin(mailer, SampleShop.addresses(shop));
        progress.say("sample shop");
    }
}
