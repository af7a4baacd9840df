// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.routing;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where the copies of the services are, separated by commas; each is scheme, host and port.
 *
 * @param request the request-service, which answers whatever no other service does
 * @param verification the identity-verification-service
 * @param fulfillment the fulfillment-service
 * @param notification the notification-service; only its dead letters and letters are reached from outside
 */
@ConfigurationProperties("habeas.services")
record ServiceProperties(List<URI> request, List<URI> verification, List<URI> fulfillment, List<URI> notification) {

    ServiceProperties {
        check("request", request);
        check("verification", verification);
        check("fulfillment", fulfillment);
        check("notification", notification);
    }

    Map<String, List<URI>> byName() {
        return Map.of(
                "request", request,
                "verification", verification,
                "fulfillment", fulfillment,
                "notification", notification);
    }

    private static void check(String name, List<URI> copies) {
        if (copies == null || copies.isEmpty() || !copies.stream().allMatch(ServiceProperties::isBase)) {
            throw new IllegalArgumentException("habeas.services." + name
                    + " must be scheme, host and port, such as http://localhost:8081; several separated by commas");
        }
    }

    private static boolean isBase(URI uri) {
        return uri.getHost() != null && (uri.getPath() == null || uri.getPath().isEmpty());
    }
}
