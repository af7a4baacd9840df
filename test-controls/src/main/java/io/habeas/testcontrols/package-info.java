/** Moves legal time and halts the process at fault points. On the class path of tests and of the quickstart's test mode alone. */
@NullMarked
package io.habeas.testcontrols;

import org.jspecify.annotations.NullMarked;
