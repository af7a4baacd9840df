// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Who may reach whom: the arrows of the design, and no others. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class KubernetesArrowsTest {

    private static final String NAME = "app.kubernetes.io/name";
    private static final String PART = "habeas.io/part";

    private static final Set<String> ARROWS = """
            ingress -> gateway:8080
            gateway -> request-service:8081
            gateway -> identity-verification-service:8082
            gateway -> fulfillment-service:8083
            gateway -> notification-service:8084
            identity-verification-service -> request-service:8081
            fulfillment-service -> request-service:8081
            notification-service -> request-service:8081
            request-service -> identity-verification-service:8082
            request-service -> fulfillment-service:8083
            request-service -> notification-service:8084
            identity-verification-service -> fulfillment-service:8083
            request-service -> kafka:9092
            identity-verification-service -> kafka:9092
            fulfillment-service -> kafka:9092
            notification-service -> kafka:9092
            request-service -> postgres-request:5432
            request-service -> postgres-keys:5432
            identity-verification-service -> postgres-verification:5432
            fulfillment-service -> postgres-fulfillment:5432
            notification-service -> postgres-notification:5432
            request-service -> issuer:443
            identity-verification-service -> issuer:443
            fulfillment-service -> issuer:443
            notification-service -> issuer:443
            fulfillment-service -> store:any
            fulfillment-service -> outside:443
            notification-service -> smtp:587
            monitoring -> gateway:9080
            monitoring -> request-service:9081
            monitoring -> identity-verification-service:9082
            monitoring -> fulfillment-service:9083
            monitoring -> notification-service:9084""".lines().map(String::strip).collect(Collectors.toSet());

    @Test
    void all_is_closed_but_names_may_be_asked_for() throws IOException {
        var policies = Manifests.base(NetworkPolicy.class);

        var closed = policies.get("default-deny").getSpec();
        assertThat(closed.getPodSelector()).isEqualTo(new LabelSelector());
        assertThat(closed.getPolicyTypes()).containsExactly("Ingress", "Egress");
        assertThat(closed.getIngress()).isEmpty();
        assertThat(closed.getEgress()).isEmpty();
        var names = policies.get("names").getSpec();
        assertThat(names.getPolicyTypes()).containsExactly("Egress");
        assertThat(names.getIngress()).isEmpty();
        assertThat(names.getEgress()).singleElement().satisfies(rule -> {
            assertThat(rule.getPorts())
                    .allSatisfy(it -> assertThat(it.getPort().getIntVal()).isEqualTo(53));
            assertThat(rule.getTo()).singleElement().satisfies(it -> assertThat(
                            it.getPodSelector().getMatchLabels())
                    .containsEntry("k8s-app", "kube-dns"));
        });
        assertThat(policies.keySet())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Stream.of("default-deny", "names"),
                                Stream.of(Service.values()).map(Service::folder))
                        .toList());
    }

    @Test
    void who_calls_may_call_and_who_is_called_may_be_called_and_nobody_else() throws IOException {
        var out = new TreeSet<String>();
        var in = new TreeSet<String>();
        for (var service : Service.values()) {
            var policy =
                    Manifests.base(NetworkPolicy.class).get(service.folder()).getSpec();
            assertThat(policy.getPodSelector().getMatchLabels()).isEqualTo(Map.of(NAME, service.folder()));
            assertThat(policy.getPolicyTypes()).containsExactly("Ingress", "Egress");
            policy.getIngress().forEach(rule -> targets(service.folder(), rule.getPorts())
                    .forEach(target -> peers(rule.getFrom()).forEach(it -> in.add(it + " -> " + target))));
            policy.getEgress().forEach(rule -> peers(rule.getTo()).forEach(peer -> targets(peer, rule.getPorts())
                    .forEach(target -> out.add(service.folder() + " -> " + target))));
        }
        var inner = Stream.of(Service.values()).map(Service::folder).collect(Collectors.toSet());

        assertThat(out)
                .containsExactlyInAnyOrderElementsOf(ARROWS.stream()
                        .filter(it -> inner.contains(it.split(" -> ")[0]))
                        .toList());
        assertThat(in)
                .containsExactlyInAnyOrderElementsOf(ARROWS.stream()
                        .filter(it -> inner.contains(it.split(" -> ")[1].replaceFirst(":.*", "")))
                        .toList());
    }

    @Test
    void where_a_setting_points_an_arrow_leads() throws IOException {
        for (var service : Service.values()) {
            var settings = Manifests.properties(Manifests.base(ConfigMap.class)
                    .get(service.folder() + "-settings")
                    .getData()
                    .get("application.yml"));
            var wanted = new TreeSet<String>();
            settings.forEach((name, value) -> {
                if (value.startsWith("jdbc:")) {
                    var uri = URI.create(value.substring("jdbc:".length()));
                    wanted.add(uri.getHost() + ":" + uri.getPort());
                }
            });
            if (service.isInner()) {
                wanted.add(settings.get("habeas.messaging.bootstrap-servers"));
            }
            if (service == Service.NOTIFICATION) {
                wanted.add(settings.get("habeas.mail.host") + ":" + settings.get("habeas.mail.port"));
            }
            assertThat(ARROWS)
                    .containsAll(wanted.stream()
                            .map(it -> service.folder() + " -> " + it)
                            .toList());
        }
    }

    private static List<String> peers(List<NetworkPolicyPeer> peers) {
        // none would mean all
        assertThat(peers).isNotEmpty();
        return peers.stream().map(KubernetesArrowsTest::named).toList();
    }

    private static String named(NetworkPolicyPeer peer) {
        if (peer.getIpBlock() != null) {
            assertThat(peer.getIpBlock().getExcept())
                    .contains("10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16");
            return "outside";
        }
        var labels = peer.getPodSelector() == null
                ? peer.getNamespaceSelector().getMatchLabels()
                : peer.getPodSelector().getMatchLabels();
        assertThat(labels).hasSize(1);
        assertThat(labels.keySet()).isSubsetOf(NAME, PART);
        return labels.values().iterator().next();
    }

    private static List<String> targets(String peer, List<NetworkPolicyPort> ports) {
        if (ports.isEmpty()) {
            return List.of(peer + ":any");
        }
        return ports.stream()
                .map(it -> {
                    assertThat(it.getProtocol()).isEqualTo("TCP");
                    assertThat(it.getEndPort()).isNull();
                    return peer + ":" + it.getPort().getIntVal();
                })
                .toList();
    }
}
