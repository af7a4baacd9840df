// SPDX-License-Identifier: Apache-2.0
package io.habeas.tracing;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code habeas.tracing}.
 *
 * @param endpoint where spans go, by OTLP over HTTP, with its path: {@code http://collector:4318/v1/traces}; without one, no span is made
 * @param begins whether traces begin here, as they do at the gateway: then {@code share} says which are kept, whatever a caller wishes;
 *     everywhere else those are kept that were kept where they began
 * @param share of the traces that is kept where they begin, from 0 to 1
 */
@ConfigurationProperties("habeas.tracing")
record TracingProperties(
        @Nullable URI endpoint,
        boolean begins,
        @DefaultValue("0.1") double share) {

    TracingProperties {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("habeas.tracing.share is " + share + "; it must be from 0 to 1");
        }
    }
}
