// SPDX-License-Identifier: Apache-2.0
/** The audit log: the rows of all journals in one tree that nobody can edit, its signed checkpoints, and proofs from it. */
@NullMarked
package io.habeas.request.audit;

import org.jspecify.annotations.NullMarked;
