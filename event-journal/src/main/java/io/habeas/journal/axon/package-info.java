/** Axon stores and reads through the journal: one table, one feed, no gaps to be guessed. */
@NullMarked
package io.habeas.journal.axon;

import org.jspecify.annotations.NullMarked;
