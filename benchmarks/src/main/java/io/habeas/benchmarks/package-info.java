/** Figures, each against a baseline of the same run, with the conditions they were taken under. */
@NullMarked
package io.habeas.benchmarks;

import org.jspecify.annotations.NullMarked;
