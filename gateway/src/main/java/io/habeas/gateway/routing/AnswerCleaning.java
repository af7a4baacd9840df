// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway.routing;

import io.habeas.gateway.problem.AnswerHeaders;
import org.springframework.cloud.gateway.server.mvc.filter.HttpHeadersFilter.ResponseHttpHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.function.ServerResponse;

/** Leaves out of a service's answer what the door says itself, so that no header stands twice. */
@Component
class AnswerCleaning implements ResponseHttpHeadersFilter {

    @Override
    public HttpHeaders apply(HttpHeaders headers, ServerResponse response) {
        var kept = new HttpHeaders();
        headers.forEach((name, values) -> {
            if (!AnswerHeaders.ownedByTheDoor(name)) {
                kept.addAll(name, values);
            }
        });
        return kept;
    }
}
