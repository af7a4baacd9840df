// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.routing;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the services are; each is scheme, host and port.
 *
 * @param request the request-service, which answers whatever no other service does
 * @param verification the identity-verification-service
 * @param fulfillment the fulfillment-service
 * @param notification the notification-service; only its dead letters are reached from outside
 */
@ConfigurationProperties("habeas.services")
record ServiceProperties(URI request, URI verification, URI fulfillment, URI notification) {

    ServiceProperties {
        check("request", request);
        check("verification", verification);
        check("fulfillment", fulfillment);
        check("notification", notification);
    }

    private static void check(String name, URI uri) {
        if (uri == null
                || uri.getHost() == null
                || uri.getPath() != null && !uri.getPath().isEmpty()) {
            throw new IllegalArgumentException(
                    "habeas.services." + name + " must be scheme, host and port, such as http://localhost:8081");
        }
    }
}
