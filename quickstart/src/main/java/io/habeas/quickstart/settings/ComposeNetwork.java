// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

/** What the containers of {@code docker-compose.yml} call each other. A test compares it with that file. */
public final class ComposeNetwork {

    public static final String GATEWAY = "http://gateway:8080";

    /** Name of the issuer's container. */
    public static final String ISSUER_NAME = "issuer";

    public static final int ISSUER_PORT = 8090;

    public static final String ISSUER = "http://" + ISSUER_NAME + ":" + ISSUER_PORT;

    /** The cluster of the services' databases. */
    public static final String POSTGRES = "postgres:5432";

    /** The cluster of the sample shop. */
    public static final String SHOP = "shop:5432";

    public static final String REVIEWS_URI = "mongodb://mongo:27017/reviews";

    /**
     * The sample recipient's container has an address of its own: fulfillment calls no name of an inner network, and without TLS
     * only addresses that it is told.
     */
    public static final String MAILER_ADDRESS = "172.30.253.8";

    public static final int MAILER_PORT = 8091;

    public static final String MAILER = MAILER_ADDRESS + ":" + MAILER_PORT;

    public static final String MAILPIT = "http://mailpit:8025";

    private ComposeNetwork() {}
}
