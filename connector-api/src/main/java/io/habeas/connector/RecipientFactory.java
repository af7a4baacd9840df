// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector;

/** Makes the connectors to recipients of one kind; found through {@link java.util.ServiceLoader}. */
public interface RecipientFactory {

    /** The name used in a data map, such as {@code http}. */
    String kind();

    /**
     * Opens no connection yet.
     *
     * @param endpoint as in the data map
     * @param secret that the recipient and the installation share; never shown
     * @param networks where connections may lead to
     * @throws IllegalArgumentException if the endpoint or the secret does not fit; the message does not quote the secret
     */
    Notifying create(String endpoint, String secret, OutboundNetworks networks);
}
