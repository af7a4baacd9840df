// SPDX-License-Identifier: Apache-2.0
/** One access and one erasure of a sample customer before the reader's eyes. */
@NullMarked
package io.habeas.quickstart.demo;

import org.jspecify.annotations.NullMarked;
