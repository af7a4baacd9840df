// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import java.time.Duration;

/** How far legal time is ahead of the system's. Supplied as a bean by the test controls alone. */
@FunctionalInterface
public interface LegalTimeOffset {

    Duration offset();
}
