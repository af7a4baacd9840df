// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import java.util.UUID;

/** The data keys that were set aside for one request at intake: what may be sealed under which. */
public record RequestKeys(UUID identity, UUID caseKey) {}
