// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.habeas.contracts.ProofLevel;
import io.habeas.service.AccessTable.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Walks every route that a running service has, as its handler mappings say, with every sort of caller, and holds the answers
 * against the service's table in {@code docs/access}. A route without a row fails, and so does a row without a route. Whatever
 * the answer says, it must stand in {@code docs/openapi}.
 */
public final class AccessWalk {

    private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z]+)}");
    private static final Set<String> CLIENTS =
            Set.of("request", "verification", "fulfillment", "notification", "stranger");
    private static final Set<String> SEEN_ON_THE_MANAGEMENT_PORT = Set.of("health", "info", "metrics", "prometheus");
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String ELSEWHERE = "elsewhere";

    /** What came back: the slug of its problem is empty where it is none. */
    private record Answer(int status, String slug, String body) {

        String said() {
            return slug.isEmpty() ? Integer.toString(status) : status + " " + slug;
        }
    }

    /** What a caller may hear. */
    private sealed interface Verdict {

        record Passes() implements Verdict {}

        record PassesWithoutSeeing() implements Verdict {}

        record Refused(int status, String slug) implements Verdict {}
    }

    /** @param verdict on a row of the table; of a route that is closed to all for null */
    private record Visitor(String name, String token, Judge verdict) {}

    @FunctionalInterface
    private interface Judge {
        Verdict on(Row row);
    }

    private final WebApplicationContext context;
    private final TestIssuer issuer;
    private final AccessTable table;
    private final ApiContract contract;
    private final String controller;
    private final UUID request;
    private final Map<String, Supplier<UUID>> things = new HashMap<>();

    private AccessWalk(
            WebApplicationContext context, TestIssuer issuer, String module, String controller, UUID request) {
        this.context = context;
        this.issuer = issuer;
        this.table = AccessTable.read(Path.of("../docs/access", module + ".txt"));
        this.contract = ApiContract.of(module);
        this.controller = controller;
        this.request = request;
    }

    /**
     * @param module whose table is read
     * @param controller one that the service knows
     * @param request one of that controller
     */
    public static AccessWalk through(
            WebApplicationContext context, TestIssuer issuer, String module, String controller, UUID request) {
        return new AccessWalk(context, issuer, module, controller, request);
    }

    /** Makes a thing of the controller, whose id goes into the path; called anew for each call of such a path. */
    public AccessWalk with(String path, Supplier<UUID> thing) {
        things.put(path, thing);
        return this;
    }

    /** A message of the controller that is parked in this database. */
    public AccessWalk withDeadLetters(DataSource database) {
        return with("/api/v1/desk/dead-letters/{id}/redrive", () -> {
            var id = UUID.randomUUID();
            try (var connection = database.getConnection();
                    var insert = connection.prepareStatement("""
                            insert into parked_message (id, source, digest, headers, controller, reason, dead_letter_at)
                            values (?, 'habeas.request.v1', ?, ?, ?, 'POISON', now())""")) {
                insert.setObject(1, id);
                insert.setBytes(2, id.toString().getBytes(StandardCharsets.UTF_8));
                insert.setBytes(3, "{}".getBytes(StandardCharsets.UTF_8));
                insert.setString(4, controller);
                insert.executeUpdate();
                return id;
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        });
    }

    public Stream<DynamicTest> tests() {
        var tests = new ArrayList<DynamicTest>();
        var ours = new TreeSet<String>();
        var foreign = new TreeMap<String, Row>();
        routes().forEach((route, handler) -> {
            if (handler.getPackageName().startsWith("io.habeas")) {
                ours.add(route);
            } else {
                var words = route.split(" ", 2);
                foreign.put(route, new Row(words[0], words[1], Set.of()));
            }
        });
        tests.add(dynamicTest("every route has its row, and every row its route", () -> {
            assertThat(ours)
                    .isEqualTo(
                            new TreeSet<>(table.rows().stream().map(Row::route).toList()));
            assertThat(context.getBeansOfType(RouterFunction.class)).isEmpty();
        }));
        var visitors = visitors();
        Stream.concat(table.rows().stream().filter(row -> ours.contains(row.route())), foreign.values().stream())
                .forEach(row -> visitors.forEach(visitor ->
                        tests.add(dynamicTest(row.route() + " by " + visitor.name(), () -> visit(row, visitor)))));
        visitors.forEach(visitor -> tests.add(dynamicTest("no endpoint of management by " + visitor.name(), () -> {
            for (var path : List.of("/actuator", "/actuator/env", "/actuator/health", "/actuator/heapdump")) {
                assertThat(call("server", "GET", path, visitor.token()).status())
                        .as(path)
                        .isIn(401, 403, 404);
            }
        })));
        tests.add(dynamicTest("management shows health and figures, and nothing else", this::management));
        return tests.stream();
    }

    private void management() {
        var offered = context.getBean(PathMappedEndpoints.class).stream()
                .map(it -> it.getRootPath())
                .toList();
        assertThat(offered).isSubsetOf(SEEN_ON_THE_MANAGEMENT_PORT).contains("health");
        for (var hidden : List.of("env", "beans", "heapdump", "threaddump", "loggers", "configprops", "shutdown")) {
            assertThat(call("management", "GET", "/actuator/" + hidden, "").status())
                    .as(hidden)
                    .isIn(401, 403, 404);
        }
        table.rows().stream().filter(row -> row.method().equals("GET")).forEach(row -> assertThat(
                        call("management", "GET", pathOf(row), "").status())
                .as(row.route())
                .isIn(401, 403, 404));
    }

    private Map<String, Class<?>> routes() {
        var routes = new TreeMap<String, Class<?>>();
        context.getBeansOfType(RequestMappingHandlerMapping.class)
                .values()
                .forEach(mapping -> mapping.getHandlerMethods()
                        .forEach((info, method) -> methodsOf(info).forEach(verb -> info.getPatternValues()
                                .forEach(path -> routes.put(verb + " " + path, method.getBeanType())))));
        return routes;
    }

    /** A mapping without a method takes all: one that reads and one that writes stand for them. */
    private static List<String> methodsOf(RequestMappingInfo info) {
        var methods = info.getMethodsCondition().getMethods();
        return methods.isEmpty()
                ? List.of("GET", "POST")
                : methods.stream().map(Enum::name).toList();
    }

    private void visit(Row row, Visitor visitor) {
        var path = pathOf(row);
        var answer = call("server", row.method(), path, visitor.token());

        var scene = row.route() + " by " + visitor.name() + ": " + answer.said();
        switch (verdict(row, visitor)) {
            case Verdict.Passes() -> {
                assertThat(answer.status()).as(scene).isNotIn(401, 403, 500);
                if (things.containsKey(row.path()) || row.path().equals("/api/v1/requests/{id}")) {
                    assertThat(answer.status()).as(scene).isNotEqualTo(404);
                }
            }
            case Verdict.PassesWithoutSeeing() -> {
                assertThat(answer.status()).as(scene).isNotIn(401, 403, 500);
                assertThat(answer.body()).as(scene).doesNotContain(controller, request.toString());
            }
            case Verdict.Refused(int status, String slug) ->
                assertThat(answer.said()).as(scene).isEqualTo(status + " " + slug);
        }
    }

    /** Who comes with a bad token is told so; with whatever other token, a message that nobody signed is refused. */
    private static Verdict verdict(Row row, Visitor visitor) {
        var verdict = visitor.verdict().on(row);
        boolean badToken =
                verdict instanceof Verdict.Refused refused && refused.slug().equals(Problem.TOKEN_NOT_ACCEPTED.slug());
        return row.signed() && !badToken ? new Verdict.Refused(401, Problem.SIGNATURE_NOT_ACCEPTED.slug()) : verdict;
    }

    private String pathOf(Row row) {
        var thing = things.get(row.path());
        return VARIABLE.matcher(row.path().replace("{*path}", "0/000"))
                .replaceAll(variable -> switch (variable.group(1)) {
                    case "c", "controller" -> controller;
                    case "id", "requestId" -> (thing == null ? request : thing.get()).toString();
                    default -> UUID.randomUUID().toString();
                });
    }

    private List<Visitor> visitors() {
        var all = new ArrayList<Visitor>();
        all.add(new Visitor("nobody", "", row -> row.anybody() ? new Verdict.Passes() : missing()));
        badTokens()
                .forEach((name, token) -> all.add(
                        new Visitor(name, token, _ -> new Verdict.Refused(401, Problem.TOKEN_NOT_ACCEPTED.slug()))));
        var now = Instant.now();
        all.add(requester("the requester, unproved", request, ProofLevel.NONE, null));
        all.add(requester("the requester, just proved", request, ProofLevel.STANDARD, now));
        all.add(requester(
                "the requester, proved yesterday", request, ProofLevel.STANDARD, now.minus(Duration.ofDays(1))));
        all.add(requester("another requester, unproved", UUID.randomUUID(), ProofLevel.NONE, null));
        all.add(requester("another requester, just proved", UUID.randomUUID(), ProofLevel.STANDARD, now));
        for (var role : new TreeSet<>(AccessTable.roles())) {
            all.add(new Visitor(
                    role,
                    issuer.staffToken(List.of(role), List.of(controller)),
                    row -> row.anybody() || row.who().contains(role) ? new Verdict.Passes() : notAllowed()));
        }
        all.add(new Visitor(
                "staff without a role",
                issuer.staffToken(List.of(), List.of(controller)),
                row -> row.anybody() ? new Verdict.Passes() : notAllowed()));
        all.add(new Visitor(
                "staff with every role at another controller",
                issuer.staffToken(List.copyOf(AccessTable.roles()), List.of(ELSEWHERE)),
                AccessWalk::elsewhere));
        for (var client : new TreeSet<>(CLIENTS)) {
            all.add(new Visitor(
                    "service " + client,
                    issuer.serviceToken(client),
                    row -> row.anybody() || row.service(client) ? new Verdict.Passes() : notAllowed()));
        }
        return all;
    }

    private Map<String, String> badTokens() {
        var roles = List.copyOf(AccessTable.roles());
        var controllers = List.of(controller);
        var bad = new TreeMap<String, String>();
        bad.put("nonsense", "nonsense");
        bad.put("an expired token of staff", issuer.expiredStaffToken(roles, controllers));
        bad.put("a token of staff for another audience", issuer.staffToken("payroll", roles, controllers));
        bad.put("a token of another issuer", issuer.forged().unknownIssuer(roles, controllers));
        bad.put("a token signed by another key", issuer.forged().anotherKey(roles, controllers));
        bad.put("an unsigned token", issuer.forged().unsigned(roles, controllers));
        bad.put("a token with the public key as its secret", issuer.forged().publicKeyAsSecret(roles, controllers));
        bad.put("an expired token of the requester", issuer.forged().expiredRequester(controller, request));
        bad.put("an unsigned token of the requester", issuer.forged().unsignedRequester(controller, request));
        bad.put(
                "a token of the requester signed by the issuer of staff",
                issuer.forged().requesterByStaffKey(controller, request));
        return bad;
    }

    private Visitor requester(String name, UUID own, ProofLevel level, @Nullable Instant provedAt) {
        var token = issuer.requesterToken(own.equals(request) ? controller : ELSEWHERE, own, level, provedAt);
        return new Visitor(name, token, row -> {
            if (row.anybody()) {
                return new Verdict.Passes();
            }
            var word = row.requester();
            if (word == null) {
                return notAllowed();
            }
            if (!own.equals(request)) {
                return notFound();
            }
            return switch (Objects.requireNonNull(word)) {
                case "requester(STANDARD)" ->
                    level == ProofLevel.NONE
                            ? new Verdict.Refused(403, Problem.PROOF_NEEDED.slug())
                            : new Verdict.Passes();
                case "requester(fresh)" ->
                    provedAt == null || provedAt.isBefore(Instant.now().minus(Duration.ofHours(1)))
                            ? new Verdict.Refused(403, Problem.FRESH_PROOF_NEEDED.slug())
                            : new Verdict.Passes();
                default -> new Verdict.Passes();
            };
        });
    }

    /** Who may in general, but not here: nothing is there, and lists are empty. */
    private static Verdict elsewhere(Row row) {
        if (row.anybody()) {
            return new Verdict.Passes();
        }
        if (row.who().stream().noneMatch(AccessTable.roles()::contains)) {
            return notAllowed();
        }
        return VARIABLE.matcher(row.path()).find() ? notFound() : new Verdict.PassesWithoutSeeing();
    }

    private static Verdict missing() {
        return new Verdict.Refused(401, Problem.TOKEN_MISSING.slug());
    }

    private static Verdict notAllowed() {
        return new Verdict.Refused(403, Problem.NOT_ALLOWED.slug());
    }

    private static Verdict notFound() {
        return new Verdict.Refused(404, Problem.NOT_FOUND.slug());
    }

    private Answer call(String port, String method, String path, String token) {
        var number = context.getEnvironment().getRequiredProperty("local." + port + ".port");
        var call = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + number + path))
                .timeout(Duration.ofSeconds(60))
                .header("content-type", "application/json")
                .method(
                        method,
                        method.equals("GET")
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString("{}"));
        if (!token.isEmpty()) {
            call.header("authorization", "Bearer " + token);
        }
        try {
            var answer = HTTP.send(call.build(), HttpResponse.BodyHandlers.ofString());
            if (port.equals("server")) {
                contract.require(answer);
            }
            var slug = Pattern.compile("urn:habeas:problem:([a-z-]+)").matcher(answer.body());
            return new Answer(answer.statusCode(), slug.find() ? slug.group(1) : "", answer.body());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
