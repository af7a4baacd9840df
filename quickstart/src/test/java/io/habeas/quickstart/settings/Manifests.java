// SPDX-License-Identifier: Apache-2.0
package io.habeas.quickstart.settings;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What lies in {@code k8s/}, read against the models of Kubernetes: a field that no model has, or one that stands twice, is an error. */
final class Manifests {

    static final Path K8S = Path.of("../k8s");

    /** By apiVersion and kind. */
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "v1 Namespace", Namespace.class,
            "v1 ServiceAccount", ServiceAccount.class,
            "v1 ConfigMap", ConfigMap.class,
            "v1 PersistentVolumeClaim", PersistentVolumeClaim.class,
            "v1 Service", io.fabric8.kubernetes.api.model.Service.class,
            "apps/v1 Deployment", Deployment.class,
            "policy/v1 PodDisruptionBudget", PodDisruptionBudget.class,
            "networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class);

    /** The models keep what they do not know in a map, so that it would pass: here it does not. */
    private static final ObjectMapper STRICT = new ObjectMapper(YAMLFactory.builder()
                    .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(com.fasterxml.jackson.core.JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated a) {
                    return Boolean.FALSE;
                }
            });

    /** The part of a kustomization that is used here. */
    record Kustomization(
            String apiVersion,
            String kind,
            String namespace,
            List<Labels> labels,
            List<String> resources,
            List<Image> images,
            List<Replicas> replicas,
            List<Patch> patches) {

        record Labels(Map<String, String> pairs) {}

        record Image(String name, String newTag) {}

        record Replicas(String name, int count) {}

        record Patch(Target target, String patch) {

            record Target(String kind, String name) {}
        }
    }

    private static List<HasMetadata> base = List.of();

    private Manifests() {}

    static Kustomization kustomization(String folder) throws IOException {
        return STRICT.readValue(
                K8S.resolve(folder).resolve("kustomization.yaml").toFile(), Kustomization.class);
    }

    /** Everything that the base lists. @throws IOException naming line and field where it is no resource */
    static synchronized List<HasMetadata> base() throws IOException {
        if (base.isEmpty()) {
            var all = new ArrayList<HasMetadata>();
            for (var file : kustomization("base").resources()) {
                all.addAll(read(Files.readString(K8S.resolve("base").resolve(file))));
            }
            base = List.copyOf(all);
        }
        return base;
    }

    static List<HasMetadata> read(String yaml) throws IOException {
        var all = new ArrayList<HasMetadata>();
        try (var documents = STRICT.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            while (documents.hasNextValue()) {
                var document = documents.nextValue();
                var name = document.path("apiVersion").asText() + " "
                        + document.path("kind").asText();
                var kind = KINDS.get(name);
                if (kind == null) {
                    throw new IOException("no resource of the kind '" + name + "' is used here");
                }
                all.add(STRICT.treeToValue(document, kind));
            }
        }
        return all;
    }

    static <T extends HasMetadata> Map<String, T> base(Class<T> kind) throws IOException {
        var found = new TreeMap<String, T>();
        base().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .forEach(it -> found.put(it.getMetadata().getName(), it));
        return found;
    }

    /** Names of properties in dots, as Spring has them. */
    static Map<String, String> properties(String yaml) throws IOException {
        var flat = new TreeMap<String, String>();
        flatten("", STRICT.readTree(yaml), flat);
        return flat;
    }

    private static void flatten(String at, JsonNode node, Map<String, String> flat) {
        if (node.isObject()) {
            node.properties()
                    .forEach(it -> flatten(at.isEmpty() ? it.getKey() : at + "." + it.getKey(), it.getValue(), flat));
        } else {
            flat.put(at, node.asText());
        }
    }

    static List<String> files(String folder) {
        try (Stream<Path> files = Files.list(K8S.resolve(folder))) {
            return files.map(it -> it.getFileName().toString()).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
