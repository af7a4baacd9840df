// SPDX-License-Identifier: Apache-2.0
package io.habeas.verification;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Proves who asks. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class VerificationServiceApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(VerificationServiceApplication.class, arguments);
    }
}
