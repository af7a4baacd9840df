// SPDX-License-Identifier: Apache-2.0
package io.habeas.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.Objects;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Spans are exported where {@code habeas.tracing.endpoint} is set, and nowhere else are any made. */
@AutoConfiguration
@ConditionalOnProperty("habeas.tracing.endpoint")
@EnableConfigurationProperties(TracingProperties.class)
class TracingAutoConfiguration {

    @Bean
    Spans spans(TracingProperties properties, Environment environment) {
        var exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(Objects.requireNonNull(properties.endpoint()).toString())
                .build();
        var service = environment.getProperty("spring.application.name", "habeas");
        return new Spans(SdkTracerProvider.builder()
                .setResource(Resource.getDefault()
                        .merge(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), service))))
                .setSampler(
                        properties.begins()
                                ? Sampler.traceIdRatioBased(properties.share())
                                : Sampler.parentBased(Sampler.alwaysOff()))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
                .build());
    }
}
