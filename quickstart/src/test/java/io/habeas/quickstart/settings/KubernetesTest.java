// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.habeas.quickstart.secrets.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies in {@code k8s/} says the same as the services' own configuration. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class KubernetesTest {

    private static final Ports PORTS = new Ports(0);
    private static final String HOME = "/var/lib/habeas";
    private static final String NAME = "app.kubernetes.io/name";

    /** What has its meaning on one machine, is the image's business, or comes from a secret. */
    private static final Set<String> OF_THE_QUICKSTART_ALONE = Set.of(
            "server.address",
            "spring.application.name",
            "spring.datasource.password",
            "habeas.keys.password",
            "habeas.audit.push.directory",
            "habeas.outbound.allow[0]",
            "habeas.execution.lease",
            "habeas.execution.command");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {port: 8081}",
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {template: {spec: {runAsRoot: true}}}",
                "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: x}\nmetadata: {name: y}",
                "apiVersion: v1\nkind: Secret\nmetadata: {name: x}",
                "apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata: {name: x}"
            })
    void what_kubernetes_does_not_know_or_does_not_belong_here_is_not_read(String yaml) {
        assertThatThrownBy(() -> Manifests.read(yaml)).isInstanceOf(IOException.class);
    }

    @Test
    void every_file_is_listed_and_every_resource_has_a_name_of_its_own() throws IOException {
        var base = Manifests.kustomization("base");
        var listed = new TreeSet<>(base.resources());
        listed.add("kustomization.yaml");

        assertThat(Manifests.files("base")).containsExactlyElementsOf(listed);
        var names = Manifests.base().stream()
                .map(it -> it.getKind() + "/" + it.getMetadata().getName())
                .toList();
        assertThat(names).doesNotHaveDuplicates();
        assertThat(base.images().stream().map(it -> it.name()))
                .containsExactlyInAnyOrderElementsOf(Stream.of(Service.values())
                        .map(it -> "habeas/" + it.folder())
                        .toList());
        assertThat(base.images()).allSatisfy(it -> assertThat(it.newTag()).isNotIn(null, "", "latest"));
    }

    @Test
    void an_overlay_changes_what_the_base_has() throws IOException {
        for (var overlay : Manifests.files("overlays")) {
            var kustomization = Manifests.kustomization("overlays/" + overlay);
            assertThat(kustomization.resources()).containsExactly("../../base");
            assertThat(kustomization.replicas()).allSatisfy(it -> assertThat(Manifests.base(Deployment.class))
                    .containsKey(it.name()));
            var resources = Manifests.base();
            assertThat(kustomization.patches())
                    .allSatisfy(patch -> assertThat(resources).anyMatch(it -> hits(patch.target(), it)));
        }
    }

    /** A key of a Secret cannot hold a slash, so it is the mount that makes the folder of the controller. */
    @Test
    void the_secrets_of_a_controller_are_mounted_where_its_data_map_is_resolved() throws IOException {
        var patch = Manifests.kustomization("overlays/small").patches().stream()
                .map(Manifests.Kustomization.Patch::patch)
                .filter(it -> it.contains("projected"))
                .toList();
        assertThat(patch).hasSize(1);
        var place = Pattern.compile("path: (?:/spec/template/spec/volumes/)([0-9]+)/projected/sources/-")
                .matcher(patch.getFirst());
        assertThat(place.find()).isTrue();
        var volume = deployment(Service.FULFILLMENT)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getVolumes()
                .get(Integer.parseInt(place.group(1)));
        assertThat(volume.getName()).isEqualTo("secrets");
        assertThat(volume.getProjected().getDefaultMode()).isEqualTo(0440);
        assertThat(volume.getProjected().getSources()).singleElement().satisfies(it -> {
            assertThat(it.getSecret().getName()).isEqualTo("fulfillment-service-secrets");
            assertThat(it.getSecret().getItems()).isEmpty();
        });
        var map = Files.readString(Path.of("src/main/resources/sample/controllers/smallrig/data-map.yaml"));
        var named = Pattern.compile("\\{secret: ([^}]+)}")
                .matcher(map)
                .results()
                .map(it -> "{key: " + it.group(1) + ", path: smallrig/" + it.group(1) + "}")
                .distinct()
                .toArray(String[]::new);
        assertThat(named).hasSize(3);
        assertThat(patch.getFirst()).contains(named);
    }

    private static boolean hits(Manifests.Kustomization.Patch.Target target, HasMetadata it) {
        return it.getKind().equals(target.kind())
                && (target.name() == null || it.getMetadata().getName().matches(target.name()));
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void a_service_listens_where_its_own_configuration_says(Service service) throws IOException {
        var own = own(service);
        var here = settings(service);

        assertThat(own.get("server.port")).isEqualTo(Integer.toString(PORTS.of(service)));
        assertThat(here).containsEntry("server.port", own.get("server.port"));
        assertThat(here).containsEntry("management.server.port", own.get("management.server.port"));
        // a kubelet and a monitor come from outside of the pod
        assertThat(here).containsEntry("management.server.address", "0.0.0.0");
        assertThat(here).doesNotContainKey("server.address");
        assertThat(container(service).getPorts().stream().map(ContainerPort::getContainerPort))
                .containsExactly(PORTS.of(service), PORTS.managementOf(service));
        var offered = service(service);
        assertThat(offered.getSpec().getSelector()).isEqualTo(Map.of(NAME, service.folder()));
        assertThat(offered.getSpec().getPorts()).singleElement().satisfies(port -> {
            assertThat(port.getPort()).isEqualTo(PORTS.of(service));
            assertThat(port.getTargetPort().getStrVal()).isEqualTo("http");
        });
        for (var other : Service.values()) {
            if (other.isInner()) {
                assertThat(here)
                        .containsEntry(
                                "habeas.services." + other.shortName(),
                                "http://" + service(other).getMetadata().getName() + ":" + PORTS.of(other));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void what_the_quickstart_sets_is_set_here_too(Service service) throws IOException {
        var quickstart =
                new ServiceSettings(new Home(folder, folder), PORTS, new Secrets(folder.resolve("secrets")), 1);
        var wanted = new TreeSet<>(quickstart.of(new Copy(service, 1)).keySet());
        wanted.add("management.endpoint.health.probes.enabled");
        wanted.removeAll(OF_THE_QUICKSTART_ALONE);
        // an account system of one controller shows how it is said
        wanted.removeIf(it -> it.matches("habeas\\.access\\.issuers\\[([2-9])]\\..*"));

        // what else stands there nobody may have meant: a property of another name is silently no property
        var set = new TreeSet<>(settings(service).keySet());
        assertThat(set).containsExactlyElementsOf(wanted);
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void a_container_may_do_nothing_that_it_need_not(Service service) throws IOException {
        var pod = deployment(service).getSpec().getTemplate().getSpec();

        assertThat(pod.getContainers()).hasSize(1);
        assertThat(pod.getInitContainers()).isEmpty();
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getServiceAccountName()).isEqualTo(service.folder());
        assertThat(Manifests.base(ServiceAccount.class).get(service.folder()).getAutomountServiceAccountToken())
                .isFalse();
        assertThat(pod.getHostNetwork()).isNull();
        assertThat(pod.getHostPID()).isNull();
        assertThat(pod.getHostIPC()).isNull();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        var container = container(service).getSecurityContext();
        assertThat(container.getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getPrivileged()).isNull();
        assertThat(container.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container.getCapabilities().getAdd()).isEmpty();
        assertThat(pod.getVolumes())
                .allSatisfy(volume -> assertThat(volume.getHostPath()).isNull());
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void copies_are_spread_probed_bounded_and_leave_one_after_the_other(Service service) throws IOException {
        var spec = deployment(service).getSpec();
        var pod = spec.getTemplate().getSpec();
        var container = container(service);

        assertThat(spec.getReplicas()).isEqualTo(2);
        assertThat(spec.getStrategy().getRollingUpdate().getMaxUnavailable().getIntVal())
                .isZero();
        assertThat(spec.getTemplate().getMetadata().getLabels()).containsEntry(NAME, service.folder());
        assertThat(spec.getSelector().getMatchLabels()).isEqualTo(Map.of(NAME, service.folder()));
        assertThat(pod.getTopologySpreadConstraints()).isNotEmpty().allSatisfy(it -> assertThat(
                        it.getLabelSelector().getMatchLabels())
                .isEqualTo(Map.of(NAME, service.folder())));
        assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory", "ephemeral-storage");
        assertThat(container.getResources().getLimits()).containsKeys("memory", "ephemeral-storage");
        assertThat(probe(container.getStartupProbe())).isEqualTo("management /actuator/health/liveness");
        assertThat(probe(container.getLivenessProbe())).isEqualTo("management /actuator/health/liveness");
        assertThat(probe(container.getReadinessProbe())).isEqualTo("management /actuator/health/readiness");
        var budget = Manifests.base(PodDisruptionBudget.class).get(service.folder());
        assertThat(budget.getSpec().getMaxUnavailable().getIntVal()).isOne();
        assertThat(budget.getSpec().getSelector().getMatchLabels()).isEqualTo(Map.of(NAME, service.folder()));
        long phase = Long.parseLong(own(service)
                .getOrDefault("spring.lifecycle.timeout-per-shutdown-phase", "30s")
                .replace("s", ""));
        long pause = container.getLifecycle().getPreStop().getSleep().getSeconds();
        assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThan(phase + pause);
    }

    private static String probe(Probe probe) {
        return probe.getHttpGet().getPort().getStrVal() + " "
                + probe.getHttpGet().getPath();
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void every_file_that_a_setting_names_is_mounted(Service service) throws IOException {
        var pod = deployment(service).getSpec().getTemplate().getSpec();
        var container = container(service);
        var mounts = container.getVolumeMounts().stream()
                .map(VolumeMount::getMountPath)
                .toList();

        assertThat(container.getVolumeMounts().stream().map(VolumeMount::getName))
                .containsExactlyInAnyOrderElementsOf(
                        pod.getVolumes().stream().map(Volume::getName).toList());
        assertThat(mounts).contains("/tmp", "/etc/habeas");
        var env = container.getEnv();
        assertThat(valueOf(env, "SPRING_CONFIG_ADDITIONAL_LOCATION")).isEqualTo("file:/etc/habeas/");
        var secrets = new HashSet<String>();
        pod.getVolumes().stream()
                .map(Volume::getSecret)
                .filter(Objects::nonNull)
                .flatMap(it -> it.getItems().stream())
                .forEach(it -> secrets.add(it.getPath()));
        var whole = pod.getVolumes().stream()
                        .map(Volume::getSecret)
                        .anyMatch(it -> it != null && it.getItems().isEmpty())
                || pod.getVolumes().stream()
                        .map(Volume::getProjected)
                        .filter(Objects::nonNull)
                        .flatMap(it -> it.getSources().stream())
                        .anyMatch(it -> it.getSecret() != null
                                && it.getSecret().getItems().isEmpty());
        settings(service).values().stream()
                .filter(it -> it.startsWith(HOME + "/"))
                .forEach(path -> {
                    assertThat(mounts).anyMatch(mount -> path.startsWith(mount));
                    if (path.startsWith(HOME + "/secrets/")) {
                        assertThat(whole || secrets.contains(path.substring((HOME + "/secrets/").length())))
                                .as(path)
                                .isTrue();
                    }
                });
        if (service.isInner()) {
            assertThat(whole || secrets.contains("audit-" + service.shortName()))
                    .isTrue();
            assertThat(env.stream()
                            .filter(it -> it.getName().equals("SPRING_DATASOURCE_PASSWORD"))
                            .map(it -> it.getValueFrom().getSecretKeyRef().getName()))
                    .containsExactly(service.folder() + "-database");
        }
        var claims = Manifests.base(PersistentVolumeClaim.class).keySet();
        assertThat(pod.getVolumes().stream()
                        .map(Volume::getPersistentVolumeClaim)
                        .filter(Objects::nonNull)
                        .map(it -> it.getClaimName()))
                .allMatch(claims::contains);
    }

    private static String valueOf(List<EnvVar> env, String name) {
        return env.stream()
                .filter(it -> it.getName().equals(name))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    @Test
    void the_topics_are_those_of_the_contracts() throws IOException {
        var topics = Manifests.base(ConfigMap.class).get("topics").getData();
        var announced = Pattern.compile("(?m)^ +address: (\\S+)$")
                .matcher(Files.readString(Path.of("../contracts/asyncapi.yaml")))
                .results()
                .map(it -> it.group(1))
                .flatMap(it -> Stream.of(
                        it.equals("habeas.controller.v1") ? it + " 24 cleanup.policy=compact" : it + " 24",
                        it + ".dlt 24"))
                .toList();

        assertThat(topics.get("topics.txt").lines()).containsExactlyInAnyOrderElementsOf(announced);
        assertThat(announced).hasSizeGreaterThan(8);
        for (var service : Service.values()) {
            if (service.isInner()) {
                var replication = container(service).getEnv().stream()
                        .filter(it -> it.getName().equals("HABEAS_MESSAGING_REPLICATION"))
                        .map(it -> it.getValueFrom().getConfigMapKeyRef())
                        .toList();
                assertThat(replication).singleElement().satisfies(it -> {
                    assertThat(it.getName()).isEqualTo("topics");
                    assertThat(topics).containsKey(it.getKey());
                });
            }
        }
    }

    private static Deployment deployment(Service service) throws IOException {
        return Manifests.base(Deployment.class).get(service.folder());
    }

    private static io.fabric8.kubernetes.api.model.Service service(Service service) throws IOException {
        return Manifests.base(io.fabric8.kubernetes.api.model.Service.class).get(service.folder());
    }

    private static Container container(Service service) throws IOException {
        return deployment(service)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst();
    }

    private static Map<String, String> settings(Service service) throws IOException {
        return Manifests.properties(Manifests.base(ConfigMap.class)
                .get(service.folder() + "-settings")
                .getData()
                .get("application.yml"));
    }

    private static Map<String, String> own(Service service) throws IOException {
        return Manifests.properties(
                Files.readString(Path.of("..", service.folder(), "src/main/resources/application.yml")));
    }
}
