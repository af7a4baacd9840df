// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import io.habeas.gateway.House;
import io.habeas.service.AccessTable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every route that the services have in {@code docs/access}, walked from outside by every sort of caller. The door judges no token: whoever
 * comes is passed on to the one service with exactly the token that was brought, and that service judges. What is not public is
 * not there, whoever asks.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DoorWalkTest {

    private static final Path LIST = Path.of("../docs/access/gateway.txt");
    private static final String DEAD_LETTERS = "/api/v1/desk/dead-letters";
    private static final String HEAD = """
            # Where the gateway sends what comes from outside. What does not stand here reaches no service, but for other paths under
            # /api/v1, which the request-service refuses. Who may call it, the service's own table says. Held by DoorWalkTest.

            """;

    /** Folder of the service by the name that the gateway has for it. */
    private static final Map<String, String> SERVICES = new TreeMap<>(Map.of(
            "request", "request-service",
            "verification", "identity-verification-service",
            "fulfillment", "fulfillment-service",
            "notification", "notification-service"));

    private static final Map<String, String> CALLERS = new TreeMap<>(Map.of(
            "nobody", "",
            "nonsense", "Bearer nonsense",
            "another scheme", "Basic b3BlcmF0b3I6",
            "an unsigned token", bearer("none", "operator", "smallrig", 4_102_444_800L, ""),
            "a forged token", bearer("ES256", "operator", "smallrig", 4_102_444_800L, "Zm9yZ2Vk"),
            "an expired token", bearer("ES256", "operator", "smallrig", 1L, "c2lnbmVk"),
            "a token of another controller", bearer("ES256", "operator", "elsewhere", 4_102_444_800L, "c2lnbmVk"),
            "a token of a service", bearer("ES256", "service", "", 4_102_444_800L, "c2lnbmVk")));

    /** @param path as a caller writes it, with the query that chooses a service where one is needed */
    private record Public(String method, String path, String service) {

        String line() {
            return "%-5s %-75s %s".formatted(method, path, SERVICES.get(service));
        }
    }

    private static House house;

    @BeforeAll
    static void open() {
        house = new House("habeas.door.requests-per-second=100000", "habeas.door.burst=100000");
    }

    @AfterAll
    static void close() {
        house.close();
    }

    @Test
    void the_list_of_routes_is_what_the_services_offer() throws IOException {
        var list = HEAD + publics().stream().map(it -> it.line() + "\n").collect(Collectors.joining());
        if (Boolean.getBoolean("habeas.write-contracts")) {
            Files.writeString(LIST, list);
        }

        assertThat(LIST)
                .as("run: mvn -pl gateway -am test -Dtest=DoorWalkTest -Dhabeas.write-contracts=true")
                .hasContent(list);
        assertThat(publics()).hasSizeGreaterThan(20);
        assertThat(closed()).isNotEmpty();
    }

    @TestFactory
    Stream<DynamicTest> whoever_comes_is_passed_on_to_the_one_service_with_the_token_that_was_brought() {
        return publics().stream().flatMap(route -> CALLERS.entrySet().stream()
                .map(caller -> dynamicTest(
                        route.method() + " " + route.path() + " by " + caller.getKey(),
                        () -> passed(route, caller.getValue()))));
    }

    private static void passed(Public route, String authorization) {
        house.reset();
        var path = written(route.path());

        var answer = call(house.port(), route.method(), path, authorization);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(route.service());
        house.services.forEach((name, service) ->
                assertThat(service.getAllServeEvents()).as(name).hasSize(name.equals(route.service()) ? 1 : 0));
        var arrived = house.services
                .get(route.service())
                .getAllServeEvents()
                .getFirst()
                .getRequest();
        assertThat(arrived.getMethod().getName()).isEqualTo(route.method());
        assertThat(arrived.getUrl()).isEqualTo(path);
        if (authorization.isEmpty()) {
            assertThat(arrived.getHeaders().keys()).noneMatch(it -> it.equalsIgnoreCase("authorization"));
        } else {
            assertThat(arrived.header("authorization").values()).containsExactly(authorization);
        }
    }

    @TestFactory
    Stream<DynamicTest> what_is_not_public_is_not_there_whoever_asks() {
        var paths = new ArrayList<>(closed());
        for (var path : List.of(
                "/internal",
                "/internal/v1/anything",
                "/actuator",
                "/actuator/health",
                "/actuator/env",
                "/v3/api-docs",
                "/test-controls/time",
                "/")) {
            paths.add(new Public("GET", path, ""));
            paths.add(new Public("POST", path, ""));
        }
        return paths.stream().flatMap(route -> CALLERS.entrySet().stream()
                .map(caller -> dynamicTest(
                        route.method() + " " + route.path() + " by " + caller.getKey(),
                        () -> refused(route, caller.getValue()))));
    }

    private static void refused(Public route, String authorization) {
        house.reset();

        var answer = call(house.port(), route.method(), written(route.path()), authorization);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("urn:habeas:problem:not-found");
        house.services.forEach((name, service) -> assertThat(service.getAllServeEvents().stream()
                        .map(ServeEvent::getRequest)
                        .toList())
                .as(name)
                .isEmpty());
    }

    @Test
    void a_public_path_that_no_service_has_reaches_nobody_but_the_request_service() {
        house.reset();

        assertThat(house.get("/api/v1/nothing/of/the/kind").body()).isEqualTo("request");

        house.services.forEach((name, service) ->
                assertThat(service.getAllServeEvents()).as(name).hasSize(name.equals("request") ? 1 : 0));
    }

    @Test
    void management_shows_health_and_figures_and_nothing_else() {
        house.reset();
        int port = house.managementPort();

        assertThat(call(port, "GET", "/actuator/health", "").statusCode()).isEqualTo(200);
        for (var hidden :
                List.of("env", "beans", "heapdump", "threaddump", "loggers", "configprops", "shutdown", "gateway")) {
            assertThat(call(port, "GET", "/actuator/" + hidden, "").statusCode())
                    .as(hidden)
                    .isEqualTo(404);
        }
        for (var route : publics()) {
            assertThat(call(port, route.method(), written(route.path()), "").statusCode())
                    .as(route.path())
                    .isEqualTo(404);
        }
        house.services.values().forEach(it -> assertThat(it.getAllServeEvents()).isEmpty());
    }

    private static List<Public> publics() {
        var found = new TreeMap<String, Public>();
        SERVICES.forEach((service, folder) -> rows(folder).forEach(row -> {
            if (row.path().startsWith("/api/v1/")) {
                var chosen = row.path().startsWith(DEAD_LETTERS) ? row.path() + "?service=" + service : row.path();
                var before = found.put(row.method() + " " + chosen, new Public(row.method(), chosen, service));
                assertThat(before).as("two services have " + chosen).isNull();
            }
        }));
        return found.values().stream()
                .sorted(java.util.Comparator.comparing(Public::path).thenComparing(Public::method))
                .toList();
    }

    /** What services have for each other. */
    private static List<Public> closed() {
        var found = new TreeSet<String>();
        SERVICES.values().forEach(folder -> rows(folder).stream()
                .filter(row -> !row.path().startsWith("/api/v1/"))
                .forEach(row -> found.add(row.method() + " " + row.path())));
        return found.stream()
                .map(it -> it.split(" "))
                .map(it -> new Public(it[0], it[1], ""))
                .toList();
    }

    private static List<AccessTable.Row> rows(String folder) {
        return AccessTable.read(Path.of("../docs/access", folder + ".txt")).rows();
    }

    private static String written(String path) {
        return path.replace("{*path}", "0/000")
                .replace("{c}", "smallrig")
                .replaceAll("\\{[A-Za-z]+}", "0198c0de-0000-7000-8000-000000000001");
    }

    private static String bearer(String algorithm, String role, String controller, long until, String signature) {
        return "Bearer "
                + encoded("{\"alg\":\"" + algorithm + "\"}") + "."
                + encoded(
                        "{\"sub\":\"staff-1\",\"aud\":\"habeas\",\"roles\":[\"%s\"],\"controllers\":[\"%s\"],\"exp\":%d}"
                                .formatted(role, controller, until))
                + "." + signature;
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static HttpResponse<String> call(int port, String method, String path, String authorization) {
        var call = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("content-type", "application/json")
                .method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}"));
        if (!authorization.isEmpty()) {
            call.header("authorization", authorization);
        }
        return house.send(call.build());
    }
}
