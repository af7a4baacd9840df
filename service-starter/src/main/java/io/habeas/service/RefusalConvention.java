// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import org.springframework.http.server.observation.DefaultServerRequestObservationConvention;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/** Adds to the metric of each request the slug of the problem that it was answered with, so that refusals can be told apart. */
final class RefusalConvention extends DefaultServerRequestObservationConvention {

    private static final String KEY = "problem";
    private static final String ATTRIBUTE = RefusalConvention.class.getName();
    private static final KeyValue NONE = KeyValue.of(KEY, "none");

    /** Remembers it with the request of this thread, where there is one. */
    static void note(Problem problem) {
        var request = RequestContextHolder.getRequestAttributes();
        if (request != null) {
            request.setAttribute(ATTRIBUTE, KeyValue.of(KEY, problem.slug()), RequestAttributes.SCOPE_REQUEST);
        }
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(ServerRequestObservationContext context) {
        var noted = context.getCarrier() == null ? null : context.getCarrier().getAttribute(ATTRIBUTE);
        return super.getLowCardinalityKeyValues(context).and(noted instanceof KeyValue problem ? problem : NONE);
    }
}
