// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.journal.EventJournal;
import io.habeas.journal.GenerationCheck;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.servlet.DispatcherServlet;

/** The internal feed, the desk's view of parked messages, and the trace context of HTTP requests. */
@AutoConfiguration(after = MessagingAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnBean(MessagingAutoConfiguration.class)
class MessagingWebAutoConfiguration {

    @Bean
    FeedController feedController(
            EventJournal journal, GenerationCheck generations, Outbound outbound, ObjectProvider<Trail> trail) {
        return new FeedController(journal, generations, outbound, trail.getIfAvailable());
    }

    @Bean
    DeadLetterController deadLetterController(ParkedMessages parked, ObjectProvider<VisibleControllers> visible) {
        return new DeadLetterController(parked, visible.getIfAvailable(() -> Set::of));
    }

    /** Only where the class path has tokens. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(Jwt.class)
    static class Tokens {

        @Bean
        @ConditionalOnMissingBean
        VisibleControllers visibleControllers() {
            return new TokenControllers();
        }
    }

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    TraceFilter traceFilter() {
        return new TraceFilter();
    }
}
