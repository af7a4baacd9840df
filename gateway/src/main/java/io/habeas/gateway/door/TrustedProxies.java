// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.door;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The proxies before the door, which alone are believed when they say from where a request came. */
final class TrustedProxies {

    private static final Pattern NETWORK = Pattern.compile("([^/]+)(?:/([0-9]{1,3}))?");
    private static final Pattern FOUR =
            Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");
    private static final Pattern SIX = Pattern.compile("(?=.{2,45}$)[0-9A-Fa-f.]*:[0-9A-Fa-f:.]+");

    private final List<Network> networks;

    private TrustedProxies(List<Network> networks) {
        this.networks = networks;
    }

    /** @throws IllegalArgumentException if one of them is no network */
    static TrustedProxies of(List<String> networks) {
        return new TrustedProxies(networks.stream().map(Network::of).toList());
    }

    /**
     * Whose request it is. What stands to the left of that address in the header was written by whoever has it, so it is not even looked at.
     *
     * @param peer the address at the other end of the connection
     * @param forwardedFor {@code X-Forwarded-For}, every line of it
     * @return the peer, unless it is trusted and names somebody who is not
     */
    String source(String peer, List<String> forwardedFor) {
        if (!believes(peer)) {
            return peer;
        }
        for (String line : forwardedFor.reversed()) {
            for (int end = line.length(); end >= 0; ) {
                int comma = line.lastIndexOf(',', end - 1);
                Optional<InetAddress> address =
                        literal(line.substring(comma + 1, end).strip());
                if (address.isEmpty()) {
                    return peer;
                }
                if (!holds(address.get())) {
                    return address.get().getHostAddress();
                }
                end = comma;
            }
        }
        return peer;
    }

    /** Whether the peer is one of them. */
    boolean believes(String peer) {
        return !networks.isEmpty() && literal(peer).filter(this::holds).isPresent();
    }

    private boolean holds(InetAddress address) {
        return networks.stream().anyMatch(it -> it.holds(address));
    }

    /** An address in one of its usual spellings; octal, hexadecimal and shortened ones are none, nor is one with a port. */
    private static Optional<InetAddress> literal(String text) {
        if (!FOUR.matcher(text).matches() && !SIX.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private record Network(byte[] prefix, int bits) {

        static Network of(String text) {
            Matcher parts = NETWORK.matcher(text);
            Optional<InetAddress> address = parts.matches() ? literal(parts.group(1)) : Optional.empty();
            if (address.isPresent()) {
                int most = address.get() instanceof Inet4Address ? 32 : 128;
                int bits = parts.group(2) == null ? most : Integer.parseInt(parts.group(2));
                if (bits <= most) {
                    return new Network(address.get().getAddress(), bits);
                }
            }
            throw new IllegalArgumentException(
                    "habeas.door.trusted-proxies: '" + text + "' is no network such as 10.1.0.0/16");
        }

        boolean holds(InetAddress address) {
            byte[] bytes = address.getAddress();
            if (bytes.length != prefix.length) {
                return false;
            }
            int whole = bits / 8;
            if (!Arrays.equals(bytes, 0, whole, prefix, 0, whole)) {
                return false;
            }
            int rest = bits % 8;
            int mask = 0xff << (8 - rest) & 0xff;
            return rest == 0 || (bytes[whole] & mask) == (prefix[whole] & mask);
        }
    }
}
