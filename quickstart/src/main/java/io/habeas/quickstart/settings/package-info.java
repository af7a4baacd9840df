// SPDX-License-Identifier: Apache-2.0
/** Where things are and what each process is told. */
@NullMarked
package io.habeas.quickstart.settings;

import org.jspecify.annotations.NullMarked;
