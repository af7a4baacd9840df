// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.door;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.FilterChain;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** What comes between the first moment at which the container listens and the one at which everything is in place. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DoorBeforeReadyTest {

    private static final FilterChain PASSED =
            (_, response) -> response.getWriter().write("passed");

    @Test
    void whoever_comes_before_everything_is_in_place_is_told_to_come_again() throws Exception {
        var properties = new DoorProperties(100, 100, 100, Duration.ZERO, List.of());
        var door = new Door(properties, new Drain(new ServletWebServerApplicationContext(), properties));

        var early = call(door);
        door.onApplicationEvent(new ApplicationReadyEvent(
                new SpringApplication(), new String[0], new StaticApplicationContext(), Duration.ZERO));
        var later = call(door);

        assertThat(early.getStatus()).isEqualTo(503);
        assertThat(early.getHeader("Retry-After")).isNotNull();
        assertThat(early.getContentType()).isEqualTo("application/problem+json");
        assertThat(later.getContentAsString()).isEqualTo("passed");
    }

    private static MockHttpServletResponse call(Door door) throws Exception {
        var response = new MockHttpServletResponse();
        door.doFilter(new MockHttpServletRequest("GET", "/api/v1/controllers/smallrig/profile"), response, PASSED);
        return response;
    }
}
