// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.parcel;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What only this feature needs. */
@Configuration(proxyBeanMethods = false)
class ParcelConfiguration {

    @Bean
    PackageZip packageZip(Shelf shelf) {
        return new PackageZip(shelf);
    }
}
