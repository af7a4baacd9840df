// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.door;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** A token bucket for each source address, in memory and bounded. Safe for use by many threads. */
final class RateLimit {

    private static final double NANOS = 1e9;

    private final double perSecond;
    private final double burst;
    private final LongSupplier nanoTime;
    private final Map<String, Bucket> buckets;

    RateLimit(DoorProperties properties, LongSupplier nanoTime) {
        this.perSecond = properties.requestsPerSecond();
        this.burst = properties.burst();
        this.nanoTime = nanoTime;
        int most = properties.addressesKept();
        this.buckets = new LinkedHashMap<>(256, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
                return size() > most;
            }
        };
    }

    /** Takes one token of this address; answers 0, or the whole seconds to wait when there is none. */
    long secondsToWait(String address) {
        long now = nanoTime.getAsLong();
        synchronized (buckets) {
            Bucket bucket = buckets.computeIfAbsent(neighborhood(address), _ -> new Bucket(burst, now));
            bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.filledAt) / NANOS * perSecond);
            bucket.filledAt = now;
            if (bucket.tokens >= 1) {
                bucket.tokens--;
                return 0;
            }
            return Math.max(1, (long) Math.ceil((1 - bucket.tokens) / perSecond));
        }
    }

    int addresses() {
        synchronized (buckets) {
            return buckets.size();
        }
    }

    /** One holder of an IPv6 line has a whole /64, so that is what counts. */
    private static String neighborhood(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        InetAddress parsed = InetAddress.ofLiteral(address);
        return parsed instanceof Inet6Address
                ? HexFormat.of().formatHex(parsed.getAddress(), 0, 8)
                : parsed.getHostAddress();
    }

    private static final class Bucket {
        private double tokens;
        private long filledAt;

        private Bucket(double tokens, long filledAt) {
            this.tokens = tokens;
            this.filledAt = filledAt;
        }
    }
}
