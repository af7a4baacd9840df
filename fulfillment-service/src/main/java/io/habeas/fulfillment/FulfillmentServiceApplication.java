// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the fulfillment-service. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class FulfillmentServiceApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(FulfillmentServiceApplication.class, arguments);
    }
}
