// SPDX-License-Identifier: Apache-2.0
package io.habeas.request;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the request-service. */
@SpringBootApplication(proxyBeanMethods = false)
public class RequestServiceApplication {

    public static void main(String[] args) {
        SpringApplication.run(RequestServiceApplication.class, args);
    }
}
