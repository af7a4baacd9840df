// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.routing;

import static org.springframework.cloud.gateway.server.mvc.filter.BeforeFilterFunctions.uri;
import static org.springframework.cloud.gateway.server.mvc.handler.GatewayRouterFunctions.route;
import static org.springframework.cloud.gateway.server.mvc.handler.HandlerFunctions.http;
import static org.springframework.web.servlet.function.RequestPredicates.all;
import static org.springframework.web.servlet.function.RequestPredicates.param;
import static org.springframework.web.servlet.function.RequestPredicates.path;

import io.habeas.gateway.problem.Problem;
import java.net.URI;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.function.RequestPredicate;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/** The table of routes; the first that fits is taken. What stands in none of them, {@code /internal} above all, is not there. */
@Configuration(proxyBeanMethods = false)
class Routes {

    private static final String API = "/api/v1";
    private static final RequestPredicate DEAD_LETTERS = under(API + "/desk/dead-letters");

    @Bean
    RouterFunction<ServerResponse> routeTable() {
        return RouterFunctions.route()
                .add(to("dead-letters-request", "request", DEAD_LETTERS.and(of("request"))))
                .add(to("dead-letters-verification", "verification", DEAD_LETTERS.and(of("verification"))))
                .add(to("dead-letters-fulfillment", "fulfillment", DEAD_LETTERS.and(of("fulfillment"))))
                .add(to("dead-letters-notification", "notification", DEAD_LETTERS.and(of("notification"))))
                .route(DEAD_LETTERS, _ -> problem(Problem.DEAD_LETTERS_OF_WHOM))
                .add(to(
                        "verification",
                        "verification",
                        under(API + "/requests/{id}/verification").or(under(API + "/requests/{id}/evidence"))))
                .add(to(
                        "fulfillment",
                        "fulfillment",
                        under(API + "/requests/{id}/package")
                                .or(under(API + "/desk/controllers/{controller}/data-map"))
                                .or(under(API + "/desk/plans"))
                                .or(under(API + "/recipients/{task}/answers"))
                                .or(under(API + "/desk/tasks"))
                                .or(under(API + "/desk/stores"))))
                .add(to("notification", "notification", under(API + "/desk/letters")))
                .add(to("request", "request", path(API + "/**")))
                .route(all(), _ -> problem(Problem.NOT_FOUND))
                .build();
    }

    /** The name of the service stands for the host; which of its copies answers is decided by {@link UpstreamExchange}. */
    private static RouterFunction<ServerResponse> to(String id, String service, RequestPredicate which) {
        return route(id)
                .route(which, http())
                .before(uri(URI.create("http://" + service)))
                .build();
    }

    private static RequestPredicate under(String path) {
        return path(path).or(path(path + "/**"));
    }

    private static RequestPredicate of(String service) {
        return param("service", service::equals);
    }

    private static ServerResponse problem(Problem problem) {
        return ServerResponse.status(problem.status()).build((_, response) -> {
            problem.writeTo(response);
            return null;
        });
    }
}
