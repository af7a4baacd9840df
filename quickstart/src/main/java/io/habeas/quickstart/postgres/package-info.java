// SPDX-License-Identifier: Apache-2.0
/** Embedded PostgreSQL clusters whose data is kept, with a database and a role for each service. */
@NullMarked
package io.habeas.quickstart.postgres;

import org.jspecify.annotations.NullMarked;
