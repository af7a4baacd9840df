// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment;

import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * @param home the folder with {@code controllers/} and {@code secrets/}
 * @param services where the other services are
 * @param audit which log proves approvals
 * @param packages where packages lie and how long
 * @param execution how tasks are run
 * @param publicUrl of the gateway, where recipients answer
 * @param outbound how recipients are called
 */
@Validated
@ConfigurationProperties("habeas")
record FulfillmentProperties(
        @NotNull Path home,
        @NotNull Services services,
        @NotNull Packages packages,
        @DefaultValue @NotNull Audit audit,
        @DefaultValue @NotNull Execution execution,
        @DefaultValue("http://127.0.0.1:8080") @NotNull URI publicUrl,
        @DefaultValue @NotNull Outbound outbound) {

    /**
     * @param allow networks inside that recipients may have their addresses in, such as {@code 127.0.0.1/32}; none by default
     * @param width calls to one recipient at the same time, over all processes
     * @param perSecond about how many calls one recipient gets in a second
     * @param firstQuestion how long after its answer a recipient is first asked how far it is; doubles
     */
    record Outbound(
            @DefaultValue @NotNull List<String> allow,
            @DefaultValue("2") int width,
            @DefaultValue("10") int perSecond,
            @DefaultValue("30s") @NotNull Duration firstQuestion) {}

    /** @param request base URL of the request-service, which has the keys */
    record Services(@NotNull URI request) {}

    /**
     * @param origin of the audit log
     * @param verifierKeyFile the log's public key, as a C2SP verifier key; by default {@code ${habeas.home}/secrets/audit-signer.pub}
     */
    record Audit(
            @DefaultValue("habeas.local/audit") @NotNull String origin,
            @Nullable Path verifierKeyFile) {}

    /**
     * @param directory for sealed parts
     * @param lifetime of a package, counted from its completion, in legal time
     * @param downloads how often it can be fetched
     */
    record Packages(
            @NotNull Path directory,
            @DefaultValue("7d") @NotNull Duration lifetime,
            @DefaultValue("5") int downloads) {

        Packages {
            if (lifetime.isNegative() || lifetime.isZero() || lifetime.compareTo(Duration.ofDays(7)) > 0) {
                throw new IllegalArgumentException(
                        "habeas.packages.lifetime must be longer than zero and at most 7 days");
            }
            if (downloads < 1) {
                throw new IllegalArgumentException("habeas.packages.downloads must be at least 1");
            }
        }
    }

    /**
     * @param lease how long a task belongs to one copy without a sign of life
     * @param command the longest that one command to a store may take; at most half of the lease
     * @param width tasks at the same time in this process
     * @param storeBudget tasks at the same time in one store, over all processes
     * @param poll how long to wait when nothing is to do
     * @param firstPause after the first failure; doubles
     * @param longestPause the longest pause between two tries
     * @param attempts failures in a row after which an operator must act
     */
    record Execution(
            @DefaultValue("60s") @NotNull Duration lease,
            @DefaultValue("20s") @NotNull Duration command,
            @DefaultValue("8") int width,
            @DefaultValue("4") int storeBudget,
            @DefaultValue("200ms") @NotNull Duration poll,
            @DefaultValue("1s") @NotNull Duration firstPause,
            @DefaultValue("5m") @NotNull Duration longestPause,
            @DefaultValue("20") int attempts) {}
}
