// SPDX-License-Identifier: Apache-2.0
/** Keys, passwords and client secrets of one home: drawn at random at the first start, kept in files that only their owner reads. */
@NullMarked
package io.habeas.quickstart.secrets;

import org.jspecify.annotations.NullMarked;
