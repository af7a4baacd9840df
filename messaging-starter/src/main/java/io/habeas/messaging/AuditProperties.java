// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code habeas.audit.*}, as far as every service has it.
 *
 * @param enabled whether the rows of this service's journal are told to the audit log
 * @param secretFile at least 32 random bytes, mode 600; by default {@code ${habeas.home}/secrets/audit-<service>}
 */
@ConfigurationProperties("habeas.audit")
record AuditProperties(
        @DefaultValue("true") boolean enabled, @Nullable Path secretFile) {}
