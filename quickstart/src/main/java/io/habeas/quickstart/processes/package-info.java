// SPDX-License-Identifier: Apache-2.0
/** Child processes: started, watched, started again, stopped. */
@NullMarked
package io.habeas.quickstart.processes;

import org.jspecify.annotations.NullMarked;
