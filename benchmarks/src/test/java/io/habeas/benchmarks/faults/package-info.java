/** That the figures are taken as they say. */
@NullMarked
package io.habeas.benchmarks.faults;

import org.jspecify.annotations.NullMarked;
