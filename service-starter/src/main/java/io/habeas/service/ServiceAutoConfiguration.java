// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import jakarta.servlet.DispatcherType;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import tools.jackson.databind.json.JsonMapper;

/** The door of every service. A service adds its {@link AccessRules}; without them nothing is open. */
@AutoConfiguration(
        beforeName = {
            "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration"
        })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(AccessProperties.class)
@Import(ProblemAdvice.class)
class ServiceAutoConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceAutoConfiguration.class);

    @Bean
    @ConditionalOnMissingBean
    JsonMapper jsonMapper() {
        return StrictJson.mapper();
    }

    @Bean
    @ConditionalOnMissingBean
    LegalClock legalClock(ObjectProvider<LegalTimeOffset> offset) {
        var moved = offset.getIfAvailable(() -> () -> Duration.ZERO);
        return new LegalClock(InstantSource.system(), moved::offset);
    }

    @Bean
    ProblemWriter problemWriter(JsonMapper json) {
        return new ProblemWriter(json);
    }

    @Bean
    RefusalConvention refusalConvention() {
        return new RefusalConvention();
    }

    @Bean
    FilterRegistrationBean<BodyLimitFilter> bodyLimitFilter(AccessProperties properties, ProblemWriter writer) {
        var registration = new FilterRegistrationBean<>(new BodyLimitFilter(properties.maxBody(), writer));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
        return registration;
    }

    @Bean
    @ConditionalOnProperty("habeas.access.client.id")
    ServiceTokens serviceTokens(AccessProperties properties, JsonMapper json) {
        var client = properties.client();
        if (client == null) {
            throw new IllegalStateException("habeas.access.client is incomplete");
        }
        return new ServiceTokens(client, json);
    }

    @Bean
    @ConditionalOnProperty("habeas.access.requester.private-key-file")
    RequesterTokens requesterTokens(AccessProperties properties, LegalClock clock) {
        var requester = properties.requester();
        if (requester == null || requester.privateKeyFile() == null) {
            throw new IllegalStateException("habeas.access.requester is incomplete");
        }
        var secret = requester.unprovedSecretFile();
        return new RequesterTokens(
                KeyFiles.ecKey(requester.privateKeyFile()),
                secret == null ? null : KeyFiles.sharedSecret(secret),
                clock);
    }

    @Bean
    AccountTokens accountTokens(AccessProperties properties) {
        return new AccountTokens(properties);
    }

    @Bean
    JwtDecoder tokenDecoder(
            AccessProperties properties,
            LegalClock clock,
            ObjectProvider<RevocationSource> source,
            ObjectProvider<ServiceTokens> tokens,
            JsonMapper json,
            @Value("${habeas.services.request:}") String requestService) {
        var own = source.getIfAvailable();
        var list = own == null ? remoteRevocations(properties, tokens, json, requestService) : own;
        if (list == null) {
            LOG.warn(
                    "no list of revoked tokens: neither habeas.access.revocations.uri nor habeas.services.request is set");
            return new TokenDecoder(properties, clock, null);
        }
        return new TokenDecoder(
                properties,
                clock,
                new Revocations(list, properties.revocations().young(), System::nanoTime));
    }

    private static @Nullable RevocationSource remoteRevocations(
            AccessProperties properties, ObjectProvider<ServiceTokens> tokens, JsonMapper json, String requestService) {
        var shown = tokens.getIfAvailable();
        var uri = properties.revocations().uri();
        if (uri == null && !requestService.isBlank()) {
            uri = URI.create(requestService + "/internal/v1/revocations");
        }
        return shown == null || uri == null ? null : new RemoteRevocations(uri, shown, json);
    }

    @Bean
    @ConditionalOnMissingBean
    AccessRules accessRules() {
        return new AccessRules();
    }

    /** One observation a request is enough; else each of a dozen filters has one of its own. */
    @Bean
    @ConditionalOnMissingBean
    SecurityObservationSettings noSecurityObservations() {
        return SecurityObservationSettings.noObservations();
    }

    /** Health and metrics, which are served on the management port alone. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    SecurityFilterChain managementSecurity(HttpSecurity http) {
        return http.securityMatcher(EndpointRequest.toAnyEndpoint())
                .csrf(AbstractHttpConfigurer::disable)
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .authorizeHttpRequests(requests -> requests.requestMatchers(
                                EndpointRequest.to("health", "metrics", "prometheus", "info"))
                        .permitAll()
                        .anyRequest()
                        .denyAll())
                .build();
    }

    @Bean
    SecurityFilterChain habeasSecurity(
            HttpSecurity http, ObjectProvider<AccessRules> rules, JwtDecoder decoder, ProblemWriter writer) {
        AuthenticationEntryPoint unknown = (request, response, failure) -> writer.write(
                response,
                request.getHeader("authorization") == null
                        ? new ProblemException(Problem.TOKEN_MISSING, "send Authorization: Bearer <token>")
                        : failure.getCause() instanceof NotCheckableException
                                ? new ProblemException(
                                        Problem.UNAVAILABLE, "tokens can not be checked for now; try again in a moment")
                                : new ProblemException(Problem.TOKEN_NOT_ACCEPTED, "get a new token and try again"));
        AccessDeniedHandler denied = (request, response, failure) -> writer.write(
                response,
                failure instanceof AccessDecision.Refused refused
                        ? refused.asProblem()
                        : new ProblemException(Problem.NOT_ALLOWED, "ask somebody whose role allows it"));
        return http.csrf(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                // nobody has a session: who calls is known from the token of this very call
                .sessionManagement(AbstractHttpConfigurer::disable)
                .securityContext(
                        context -> context.securityContextRepository(new RequestAttributeSecurityContextRepository()))
                .exceptionHandling(
                        errors -> errors.authenticationEntryPoint(unknown).accessDeniedHandler(denied))
                .oauth2ResourceServer(
                        server -> server.authenticationEntryPoint(unknown).jwt(jwt -> jwt.decoder(decoder)))
                .authorizeHttpRequests(requests -> {
                    requests.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                            .permitAll();
                    var paths = PathPatternRequestMatcher.withDefaults();
                    rules.orderedStream()
                            .flatMap(some -> some.rules().stream())
                            .forEach(rule -> requests.requestMatchers(paths.matcher(rule.method(), rule.path()))
                                    .access(new AccessDecision(rule.who())));
                    requests.anyRequest().denyAll();
                })
                .build();
    }
}
