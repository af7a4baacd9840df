// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds what a service really answers against what {@code docs/openapi} says that it answers. Status, media type, and every field of
 * the body must stand there; a field that is written nowhere fails here although a client may ignore it. Wants json-schema-validator
 * on the class path of the test.
 */
public final class ApiContract {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z]+)}");
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
    private static final int NOT_MODIFIED = 304;
    private static final int NO_MORE_SUCCESS = 400;

    /** @param variables how many segments are anything at all: the fewer, the closer it fits */
    private record Operation(String method, Pattern path, int variables, JsonNode responses, Document document) {

        boolean fits(String path) {
            return this.path.matcher(path).matches();
        }
    }

    /** One description, its objects closed. */
    private static final class Document {

        private final ObjectNode components;
        private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

        private Document(ObjectNode components) {
            this.components = components;
        }

        Schema schema(JsonNode schema) {
            return schemas.computeIfAbsent(schema.toString(), text -> {
                var whole = (ObjectNode) JSON.readTree(text);
                whole.put("$schema", "https://json-schema.org/draft/2020-12/schema");
                whole.set("components", components);
                return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(whole.toString());
            });
        }
    }

    private final List<Operation> operations = new ArrayList<>();
    private final Set<String> slugs;

    private ApiContract(Set<String> moreSlugs) {
        this.slugs = moreSlugs;
    }

    /** @param module the service, as its file in {@code docs/openapi} is called */
    public static ApiContract of(String module) {
        var contract = new ApiContract(Set.of());
        contract.read(Path.of("../docs/openapi", module + ".json"));
        return contract;
    }

    /**
     * Every service at once, as they look through the gateway.
     *
     * @param slugs of the problems that only the gateway has
     */
    public static ApiContract ofAll(Set<String> slugs) {
        var contract = new ApiContract(slugs);
        try (var files = Files.list(Path.of("../docs/openapi"))) {
            files.sorted().forEach(contract::read);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return contract;
    }

    /** As {@link #require(String, String, int, String, byte[])}, of what the JDK's client was told. */
    public <T> HttpResponse<T> require(HttpResponse<T> answer) {
        var body =
                switch (answer.body()) {
                    case null -> new byte[0];
                    case byte[] bytes -> bytes;
                    case String text -> text.getBytes(StandardCharsets.UTF_8);
                    default -> throw new IllegalArgumentException("neither bytes nor text");
                };
        require(
                answer.request().method(),
                answer.request().uri().getPath(),
                answer.statusCode(),
                answer.headers().firstValue("content-type").orElse(""),
                body);
        return answer;
    }

    /**
     * Fails where the answer is not one that is described. What lies outside of {@code /api/v1} is not described, and passes.
     *
     * @param contentType as the header says it; empty where there is none
     */
    public void require(String method, String path, int status, String contentType, byte[] body) {
        if (!path.startsWith("/api/v1/")) {
            return;
        }
        var faults = faults(method, path, status, contentType, body);
        if (!faults.isEmpty()) {
            throw new AssertionError("docs/openapi does not know this answer of " + method + " " + path + ": " + status
                    + " " + contentType + faults.stream().map(it -> "\n  " + it).collect(Collectors.joining()));
        }
    }

    private List<String> faults(String method, String path, int status, String contentType, byte[] body) {
        var fitting = operations.stream()
                .filter(it -> it.method().equalsIgnoreCase(method) && it.fits(path))
                .toList();
        int closest = fitting.stream().mapToInt(Operation::variables).min().orElse(Integer.MAX_VALUE);
        var candidates =
                fitting.stream().filter(it -> it.variables() == closest).toList();
        if (candidates.isEmpty()) {
            return status < NO_MORE_SUCCESS
                    ? List.of("no operation is described there, and yet it succeeds")
                    : problemFaults(operations.getFirst(), status, contentType, body);
        }
        // the desk of dead letters is at the same path in every service
        var best = candidates.stream()
                .map(it -> faults(it, status, contentType, body))
                .min(Comparator.comparingInt(List::size));
        return best.orElseThrow();
    }

    private List<String> faults(Operation operation, int status, String contentType, byte[] body) {
        if (status == NOT_MODIFIED && operation.responses().has("200")) {
            // RFC 9110, 15.4.5: it stands for the 200 that the caller has already, and has no body
            return body.length == 0 ? List.of() : List.of("304 has no body");
        }
        var response = operation.responses().path(Integer.toString(status));
        if (response.isMissingNode()) {
            return status < NO_MORE_SUCCESS
                    ? List.of("the status is not described; known: "
                            + String.join(", ", operation.responses().propertyNames()))
                    : problemFaults(operation, status, contentType, body);
        }
        var content = response.path("content");
        if (content.isEmpty()) {
            return body.length == 0 ? List.of() : List.of("a body came where none is described");
        }
        return bodyFaults(operation, content, contentType, body);
    }

    private List<String> problemFaults(Operation operation, int status, String contentType, byte[] body) {
        var content = operation.responses().path("default").path("content");
        if (!mediaType(contentType).equals("application/problem+json")) {
            return List.of("a problem comes as application/problem+json");
        }
        var problem = JSON.readTree(body);
        var faults = new ArrayList<String>();
        if (problem.path("status").asInt() != status) {
            faults.add("the body says status " + problem.path("status"));
        }
        var slug = problem.path("type").asString("").replace("urn:habeas:problem:", "");
        if (slugs.contains(slug)) {
            return faults;
        }
        faults.addAll(bodyFaults(operation, content, contentType, body));
        return faults;
    }

    private static List<String> bodyFaults(Operation operation, JsonNode content, String contentType, byte[] body) {
        var described = content.path(mediaType(contentType));
        if (described.isMissingNode()) {
            return List.of("the media type is not described; known: " + String.join(", ", content.propertyNames()));
        }
        if (!mediaType(contentType).endsWith("json")) {
            return List.of();
        }
        var schema = operation.document().schema(described.path("schema"));
        return schema
                .validate(
                        new String(body, StandardCharsets.UTF_8),
                        InputFormat.JSON,
                        execution -> execution.executionConfig(config -> config.formatAssertionsEnabled(true)))
                .stream()
                .map(ApiContract::named)
                .toList();
    }

    /** The place and the rule; the value could be somebody's. */
    private static String named(Error error) {
        return error.getInstanceLocation() + ": " + error.getMessage();
    }

    private static String mediaType(String contentType) {
        return contentType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    }

    private void read(Path file) {
        try {
            var description = (ObjectNode) JSON.readTree(Files.readString(file));
            if (!description.path("openapi").asString("").startsWith("3.1")) {
                throw new IllegalArgumentException(file + " is not OpenAPI 3.1");
            }
            var components = (ObjectNode) description.get("components");
            close(components);
            var document = new Document(components);
            new TreeMap<>(description.get("paths").properties().stream()
                            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
                    .forEach((path, methods) -> methods.properties().stream()
                            .filter(it -> METHODS.contains(it.getKey()))
                            .forEach(it -> operations.add(operation(it.getKey(), path, it.getValue(), document))));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Operation operation(String method, String path, JsonNode operation, Document document) {
        int variables = (int) VARIABLE.matcher(path).results().count();
        var pattern =
                VARIABLE.matcher(path).replaceAll(variable -> variable.group(1).equals("path") ? ".+" : "[^/]+");
        return new Operation(method, Pattern.compile(pattern), variables, operation.get("responses"), document);
    }

    /** Clients are told nothing of fields to come, and may meet them; a service that has them without a word is wrong. */
    private static void close(JsonNode node) {
        if (node instanceof ObjectNode schema && schema.path("properties").isObject() && !schema.has("allOf")) {
            if (!schema.has("additionalProperties")) {
                schema.put("additionalProperties", false);
            }
        }
        node.forEach(ApiContract::close);
    }
}
