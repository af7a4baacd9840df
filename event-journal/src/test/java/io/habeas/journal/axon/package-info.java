/** Axon on the journal, put to the test. */
@NullMarked
package io.habeas.journal.axon;

import org.jspecify.annotations.NullMarked;
