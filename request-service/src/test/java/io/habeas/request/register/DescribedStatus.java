// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.register;

import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The status leaves as the bytes that its tag was taken from; what they hold is told here. */
@Configuration(proxyBeanMethods = false)
public class DescribedStatus {

    @Bean
    OpenApiCustomizer statusIsNoBytes() {
        return DescribedStatus::describe;
    }

    private static void describe(OpenAPI description) {
        var status = ModelConverters.getInstance(true)
                .resolveAsResolvedSchema(new AnnotatedType(RequestStatus.class).resolveAsRef(true));
        status.referencedSchemas.forEach(description.getComponents()::addSchemas);
        description
                .getPaths()
                .get("/api/v1/requests/{id}")
                .getGet()
                .getResponses()
                .get("200")
                .setContent(new Content()
                        .addMediaType(
                                "application/json",
                                new MediaType().schema(new Schema<>().$ref("#/components/schemas/RequestStatus"))));
    }
}
