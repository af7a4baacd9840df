// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.keys;

import io.habeas.sealeddata.KeyStore;
import io.habeas.sealeddata.KeyStoreSettings;
import io.habeas.sealeddata.KeyUnavailableException;
import io.habeas.sealeddata.KeyedHashes;
import io.habeas.sealeddata.Normalizer;
import io.habeas.sealeddata.Sealer;
import io.habeas.service.AccessRules;
import io.habeas.service.LegalClock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KeyProperties.class)
class KeyConfiguration {

    @Bean
    KeyDatabase keyDatabase(KeyProperties properties) {
        return new KeyDatabase(properties);
    }

    @Bean
    KeyStore keyStore(KeyDatabase database, KeyProperties properties, LegalClock clock) {
        var settings = KeyStoreSettings.defaults().withPool(properties.pool());
        return new KeyStore(database.source(), properties.kekDirectory(), clock, settings);
    }

    @Bean
    Sealer sealer(KeyStore keys, JsonMapper json) {
        return new Sealer(keys, json);
    }

    @Bean
    KeyedHashes keyedHashes(KeyStore keys) {
        return new KeyedHashes(keys, new Normalizer());
    }

    @Bean
    AccessRules keyAccess() {
        return new AccessRules()
                .services(HttpMethod.POST, "/internal/v1/keys/allotments")
                .services(HttpMethod.POST, "/internal/v1/keys/{keyId}/openings")
                .services(HttpMethod.POST, "/internal/v1/keys/{keyId}/destruction");
    }

    @Bean
    MeterBinder keyMetrics(KeyStore keys) {
        return registry -> Gauge.builder("habeas.keys.ready", keys, KeyStore::fewestReady)
                .description("pairs of keys that lie ready, of the controller that has the fewest")
                .register(registry);
    }

    /** Down when the database does not answer or a key-encryption key has lost its file. */
    @Bean
    HealthIndicator keysHealthIndicator(KeyStore keys) {
        return () -> {
            try {
                keys.check();
                return Health.up().build();
            } catch (KeyUnavailableException e) {
                return Health.down()
                        .withDetail("trouble", String.valueOf(e.getMessage()))
                        .build();
            }
        };
    }
}
