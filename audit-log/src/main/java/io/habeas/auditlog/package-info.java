// SPDX-License-Identifier: Apache-2.0
/** A transparency log as a library: the tree of RFC 6962, tiles, signed notes, checkpoints and proofs of C2SP, and our entries. */
@NullMarked
package io.habeas.auditlog;

import org.jspecify.annotations.NullMarked;
