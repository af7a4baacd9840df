// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.context.WebApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The OpenAPI description of a service, as its controllers make it, and the one in {@code docs/openapi} that clients read. Wants
 * springdoc on the class path of the test.
 */
public final class ApiDescription {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private static final Set<String> NEEDED_HEADERS = Set.of("Idempotency-Key", "Habeas-Package-Link");

    private ApiDescription() {}

    /** Properties that the service of the test is to be started with. */
    public static Map<String, String> properties() {
        return Map.of(
                "springdoc.api-docs.version", "openapi_3_1",
                "springdoc.default-produces-media-type", "application/json",
                "springdoc.paths-to-match", "/api/v1/**",
                "springdoc.writer-with-order-by-keys", "true",
                "springdoc.override-with-generic-response", "false");
    }

    /**
     * Fails where the committed file does not say what the controllers do; writes it if asked to.
     *
     * @param statuses of the operations that succeed with another status than 200, by method and path: {@code post /api/v1/...};
     *     where the method writes its answer itself, its media type follows: {@code 200 application/zip}
     */
    public static void requireCommitted(WebApplicationContext context, String module, Map<String, String> statuses)
            throws Exception {
        var file = Path.of("../docs/openapi", module + ".json");
        var described = describe(context, module, statuses);
        if (Boolean.getBoolean("habeas.write-contracts")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, described);
        }

        assertThat(file)
                .as("run: mvn -pl " + module + " test -Dhabeas.write-contracts=true, and look at" + " the difference")
                .hasContent(described);
    }

    private static String describe(WebApplicationContext context, String module, Map<String, String> statuses)
            throws Exception {
        // without the filters of security: what is described is no secret, and no rule lets anybody in there
        var records = DescribedRecords.listenedTo();
        var answer = MockMvcBuilders.webAppContextSetup(context)
                .build()
                .perform(get("/v3/api-docs"))
                .andReturn()
                .getResponse();
        assertThat(answer.getStatus()).isEqualTo(200);
        var description = (ObjectNode) JSON.readTree(answer.getContentAsByteArray());
        description.remove("servers");
        description.putObject("info").put("title", "Habeas, " + module).put("version", "v1");
        records.complete(description);
        relative(description);
        problem(description);
        var left = new HashSet<>(statuses.keySet());
        description
                .get("paths")
                .forEachEntry((path, methods) -> methods.forEachEntry((method, operation) -> {
                    var name = method + " " + path;
                    complete((ObjectNode) operation, statuses.getOrDefault(name, "200"));
                    left.remove(name);
                }));
        assertThat(left).as("statuses of operations that do not exist").isEmpty();
        return JSON.writeValueAsString(description).replace("\r\n", "\n") + "\n";
    }

    /** Links of ours begin with a slash; springdoc takes every URI for one with a scheme. */
    private static void relative(JsonNode node) {
        if (node instanceof ObjectNode schema
                && schema.path("format").asString("").equals("uri")) {
            schema.put("format", "uri-reference");
        }
        node.forEach(ApiDescription::relative);
    }

    /** What can not be seen in the signature of a method: headers that are checked inside, statuses, and how every no looks. */
    private static void complete(ObjectNode operation, String status) {
        operation.path("parameters").forEach(parameter -> {
            if (NEEDED_HEADERS.contains(parameter.path("name").asString())) {
                ((ObjectNode) parameter).put("required", true);
            }
        });
        var responses = (ObjectNode) operation.get("responses");
        answered(responses, status);
        responses
                .putObject("default")
                .put("description", "A problem as in RFC 9457; its type is urn:habeas:problem: and a slug")
                .putObject("content")
                .putObject("application/problem+json")
                .putObject("schema")
                .put("$ref", "#/components/schemas/Problem");
    }

    /** Takes an answer that is written past the converters by its status and media type, such as {@code 200 application/zip}. */
    private static void answered(ObjectNode responses, String as) {
        var words = as.split(" ", 2);
        if (!responses.has("200")) {
            // others are there already where the method itself names its status
            return;
        }
        var response = (ObjectNode) responses.remove("200");
        responses.set(words[0], response);
        if (words.length > 1) {
            response.putObject("content")
                    .putObject(words[1])
                    .putObject("schema")
                    .put("type", "string")
                    .put("format", "binary");
        }
    }

    /** How every no looks, from the registry of problems. */
    private static void problem(ObjectNode description) {
        var components = description.withObject("/components");
        var schema = components.withObject("/schemas").putObject("Problem");
        schema.put("type", "object")
                .put("description", "RFC 9457; beside what every problem has, some have a member of their own");
        schema.putArray("required").add("type").add("title").add("status").add("detail");
        var members = schema.putObject("properties");
        var types = members.putObject("type").put("type", "string").putArray("enum");
        Stream.of(Problem.values())
                .map(Problem::type)
                .map(URI::toString)
                .sorted()
                .forEach(types::add);
        text(members, "title");
        text(members, "detail");
        text(members, "instance");
        members.putObject("status").put("type", "integer");
        members.putObject("retry").put("type", "boolean").put("description", "whether the same call may succeed later");
        var actors = members.putObject("actor")
                .put("type", "string")
                .put("description", "who acts next")
                .putArray("enum");
        Stream.of(Problem.Actor.values())
                .map(it -> it.name().toLowerCase(Locale.ROOT))
                .forEach(actors::add);
        var error = list(members, "errors").put("type", "object");
        text(error.putObject("properties"), "pointer", "detail");
        for (var named : List.of("onOffer", "grounds", "roles")) {
            list(members, named).put("type", "string");
        }
        text(members, "codes", "verification", "state", "rule", "since", "askAgainFrom", "askAgainOn", "first", "last");
        members.putObject("contact")
                .put("type", "object")
                .put("description", "ways to reach a person of the controller, by their names")
                .putObject("additionalProperties")
                .put("type", "string");
        members.putObject("triesLeft").put("type", "integer");
        var fault = list(members, "faults").put("type", "object").putObject("properties");
        text(fault, "file", "field", "message");
        fault.putObject("line").put("type", "integer");
        fault.putObject("column").put("type", "integer");
    }

    private static void text(ObjectNode members, String... names) {
        for (var name : names) {
            members.putObject(name).put("type", "string");
        }
    }

    private static ObjectNode list(ObjectNode members, String name) {
        return members.putObject(name).put("type", "array").putObject("items");
    }
}
