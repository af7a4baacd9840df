// SPDX-License-Identifier: Apache-2.0
package io.habeas.testcontrols;

import io.habeas.service.AccessRules;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpMethod;

/** Present in a process only if this jar is. */
@AutoConfiguration(beforeName = "io.habeas.service.ServiceAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@Import(TestControlsController.class)
class TestControlsAutoConfiguration {

    @Bean
    MovableOffset movableOffset() {
        return new MovableOffset();
    }

    @Bean
    AccessRules testControlRules() {
        return new AccessRules()
                .services(HttpMethod.GET, "/internal/v1/time")
                .services(HttpMethod.POST, "/internal/v1/time")
                .services(HttpMethod.GET, "/internal/v1/faults")
                .services(HttpMethod.POST, "/internal/v1/faults");
    }
}
