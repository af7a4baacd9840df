// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.datamap;

import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class DataMapConfiguration {

    @Bean
    KnownMaps knownMaps(DataSource dataSource, JsonMapper json) {
        return new KnownMaps(JdbcClient.create(dataSource), json);
    }
}
