/** The event table, its append guard and its one feed. */
@NullMarked
package io.habeas.journal;

import org.jspecify.annotations.NullMarked;
