// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/** Writes a problem where no controller is in sight: in filters and at the security door. */
public final class ProblemWriter {

    private final JsonMapper json;

    public ProblemWriter(JsonMapper json) {
        this.json = json;
    }

    /** Writes status, headers and document; the response must not be committed. */
    public void write(HttpServletResponse response, ProblemException refused) throws IOException {
        var answer = ProblemAdvice.answer(refused);
        response.setStatus(refused.problem().status().value());
        answer.getHeaders().forEach((name, values) -> values.forEach(value -> response.setHeader(name, value)));
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.getOutputStream().write(json.writeValueAsBytes(answer.getBody()));
    }
}
