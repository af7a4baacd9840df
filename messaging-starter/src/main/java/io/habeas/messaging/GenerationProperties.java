// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * {@code habeas.generation.*}: an operator's order to begin a new generation on a restored database. It may stay in place: the number makes it an order
 * for this once.
 *
 * @param begin the number of the generation to begin, one more than the current
 * @param by who decides; stands in the audit log, so a name of the staff directory and no mail address
 * @param reason for the record
 */
@ConfigurationProperties("habeas.generation")
record GenerationProperties(
        @Nullable Long begin, @Nullable String by, @Nullable String reason) {

    GenerationProperties {
        if (begin != null && (by == null || by.isBlank() || reason == null || reason.isBlank())) {
            throw new IllegalArgumentException(
                    "habeas.generation.begin needs habeas.generation.by (who decides) and habeas.generation.reason");
        }
    }
}
