// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.audit;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code habeas.audit.*} of the service that keeps the log.
 *
 * @param origin name of the log and of its key, as it stands in every checkpoint; for ever
 * @param signerFile 32 random bytes in hexadecimal, the seed of an Ed25519 key; by default {@code ${habeas.home}/secrets/audit-signer}
 * @param services short names of the services whose rows are let in; each has a secret {@code audit-<service>}
 * @param push where checkpoints are told to
 */
@ConfigurationProperties("habeas.audit")
record AuditLogProperties(
        @DefaultValue("habeas.local/audit") String origin,
        @Nullable Path signerFile,

        @DefaultValue({"request", "verification", "fulfillment", "notification"})
        List<String> services,

        @DefaultValue Push push) {

    /**
     * @param directory a file for each checkpoint is dropped there
     * @param webhook where each checkpoint is posted to
     * @param every at most one in that time
     */
    record Push(
            @Nullable Path directory,
            @Nullable URI webhook,
            @DefaultValue("10s") Duration every) {}
}
