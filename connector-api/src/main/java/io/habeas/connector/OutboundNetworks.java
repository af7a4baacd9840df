// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where connections to recipients may lead: to public addresses over TLS, and to the networks that an installation names
 * itself. Asked when an address is written down and again for every address that a name stands for, right before the
 * connection is made to that very address.
 */
public final class OutboundNetworks {

    private static final Pattern NAME =
            Pattern.compile("(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern DOTTED =
            Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");

    /** Never public, whatever a route says; source: the special-purpose address registries of IANA. */
    private static final List<Network> SPECIAL = networks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "3fff::/20");
    /** The only part of IPv6 that is handed out for public use. */
    private static final Network PUBLIC_SIX = Network.of("2000::/3");

    private final List<Network> allowed;

    private OutboundNetworks(List<Network> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    /** @return only public addresses, and only over TLS */
    public static OutboundNetworks publicAlone() {
        return new OutboundNetworks(List.of());
    }

    /**
     * @param allowed further networks, such as {@code 127.0.0.1/32}; plain HTTP is taken to them too
     * @throws IllegalArgumentException if one of them is no network
     */
    public static OutboundNetworks allowing(List<String> allowed) {
        return new OutboundNetworks(networks(allowed.toArray(String[]::new)));
    }

    /** Why this is no address that may be called; empty if it may, as far as its text tells. */
    public Optional<String> refusal(String address) {
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException malformed) {
            return Optional.of("this is no address");
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            return Optional.of("only https is called");
        }
        String authority = uri.getRawAuthority();
        if (uri.getRawUserInfo() != null || authority == null || authority.contains("@")) {
            return Optional.of("an address holds no user and no password");
        }
        if (uri.getRawFragment() != null || uri.getRawQuery() != null) {
            return Optional.of("an address has no query and no fragment");
        }
        String host = uri.getHost();
        if (host == null) {
            return Optional.of("the host is neither a name nor an address that is written in the usual way");
        }
        Optional<InetAddress> literal = literal(host);
        if (literal.isEmpty()) {
            if (!NAME.matcher(host.toLowerCase(Locale.ROOT)).matches()) {
                return Optional.of("the host is neither a name nor an address that is written in the usual way");
            }
            if (host.indexOf('.') < 0 || host.toLowerCase(Locale.ROOT).endsWith(".localhost")) {
                return Optional.of("a name without a domain is one of an inner network");
            }
        } else if (!mayBeReached(literal.get())) {
            return Optional.of("the host is not a public address");
        }
        if (scheme.equals("http") && (literal.isEmpty() || !isAllowed(literal.get()))) {
            return Optional.of("only https is called");
        }
        return Optional.empty();
    }

    /** Whether a connection may be made to this very address. */
    public boolean mayBeReached(InetAddress address) {
        return isAllowed(address) || isPublic(address);
    }

    private boolean isAllowed(InetAddress address) {
        return allowed.stream().anyMatch(it -> it.holds(address));
    }

    /** The addresses that the installation opened, as text. */
    public List<String> allowed() {
        return allowed.stream().map(Network::text).toList();
    }

    private static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        if (address instanceof Inet6Address && !PUBLIC_SIX.holds(address)) {
            return false;
        }
        return SPECIAL.stream().noneMatch(it -> it.holds(address));
    }

    /** An address in its one usual spelling; octal, hexadecimal, decimal and mapped spellings are none. */
    private static Optional<InetAddress> literal(String host) {
        try {
            if (DOTTED.matcher(host).matches()) {
                return Optional.of(InetAddress.getByName(host));
            }
            if (host.startsWith("[") && host.endsWith("]") && host.indexOf('%') < 0) {
                return Optional.of(InetAddress.getByName(host.substring(1, host.length() - 1)));
            }
            return Optional.empty();
        } catch (UnknownHostException malformed) {
            return Optional.empty();
        }
    }

    private static List<Network> networks(String... texts) {
        List<Network> networks = new ArrayList<>();
        for (String text : texts) {
            networks.add(Network.of(text));
        }
        return List.copyOf(networks);
    }

    private record Network(String text, byte[] prefix, int bits) {

        static Network of(String text) {
            int slash = text.indexOf('/');
            String host = slash < 0 ? text : text.substring(0, slash);
            InetAddress address = literal(host.indexOf(':') < 0 ? host : "[" + host + "]")
                    .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no network such as 10.0.0.0/8"));
            int most = address instanceof Inet4Address ? 32 : 128;
            int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > most) {
                throw new IllegalArgumentException("'" + text + "' is no network such as 10.0.0.0/8");
            }
            return new Network(text, address.getAddress(), bits);
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
