// SPDX-License-Identifier: Apache-2.0
/** What every connector promises, as suites that its author extends: one for each ability, none of which ever skips. */
@NullMarked
package io.habeas.connector.testkit;

import org.jspecify.annotations.NullMarked;
