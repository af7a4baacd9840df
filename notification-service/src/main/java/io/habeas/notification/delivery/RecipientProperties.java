// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.delivery;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * @param recipientSecretFile key of the hashes by which mails to one mailbox are counted
 */
@ConfigurationProperties("habeas.notification")
record RecipientProperties(Path recipientSecretFile) {}
