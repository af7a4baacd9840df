// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.parcel;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** What only this feature needs. */
@Configuration(proxyBeanMethods = false)
class ParcelConfiguration {

    @Bean
    PackageZip packageZip(Shelf shelf, JsonMapper json) {
        return new PackageZip(shelf, json);
    }
}
