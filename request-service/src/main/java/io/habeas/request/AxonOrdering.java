// SPDX-License-Identifier: Apache-2.0
package io.habeas.request;

import org.springframework.boot.autoconfigure.AutoConfiguration;

/**
 * Holds nothing but an order. Axon 4.13 does not know where Boot 4 has put its JDBC configurations; without this they would be
 * looked for too early, and Axon could fall back to parts that keep everything in memory.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
            "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration"
        },
        beforeName = {
            "org.axonframework.springboot.autoconfig.JdbcAutoConfiguration",
            "org.axonframework.springboot.autoconfig.TransactionAutoConfiguration",
            "org.axonframework.springboot.autoconfig.NoOpTransactionAutoConfiguration"
        })
class AxonOrdering {}
