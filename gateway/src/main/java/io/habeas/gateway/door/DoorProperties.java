// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.door;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Coarse limits at the door; a limit per person or request is the business of the services.
 *
 * @param requestsPerSecond how fast the bucket of one source address (IPv4 address or IPv6 /64) fills again
 * @param burst how many requests one address may make at once
 * @param addressesKept how many buckets are kept; the one that was used longest ago goes first
 * @param drain how long a gateway that stops goes on answering on open connections, ending each with its answer
 * @param trustedProxies networks, such as {@code 10.1.0.0/16}, of the proxies before the door. For a request that comes from one of them, the
 *     last address in {@code X-Forwarded-For} that is in none of them is the source; by default nobody speaks for others
 */
@ConfigurationProperties("habeas.door")
record DoorProperties(
        @DefaultValue("500") int requestsPerSecond,
        @DefaultValue("1000") int burst,
        @DefaultValue("20000") int addressesKept,
        @DefaultValue("PT1S") Duration drain,
        @DefaultValue List<String> trustedProxies) {

    DoorProperties {
        if (requestsPerSecond < 1 || burst < 1 || addressesKept < 1) {
            throw new IllegalArgumentException(
                    "habeas.door.requests-per-second, burst and addresses-kept must be at least 1");
        }
        if (drain.isNegative()) {
            throw new IllegalArgumentException("habeas.door.drain is a time from PT0S on, such as PT1S; not " + drain);
        }
        TrustedProxies.of(trustedProxies);
        trustedProxies = List.copyOf(trustedProxies);
    }
}
