// SPDX-License-Identifier: Apache-2.0
package io.habeas.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;

/** The gateway process. Errors of the container are written by {@code ProblemReportValve}, so Boot's error page is left out. */
@SpringBootApplication(exclude = ErrorMvcAutoConfiguration.class)
@ConfigurationPropertiesScan
public final class GatewayApplication {

    private GatewayApplication() {}

    public static void main(String[] arguments) {
        // read once by the JDK's client: it would look a name up again on the thread that serves all exchanges; the
        // next copy is tried instead
        System.setProperty("jdk.httpclient.disableRetryConnect", "true");
        SpringApplication.run(GatewayApplication.class, arguments);
    }
}
