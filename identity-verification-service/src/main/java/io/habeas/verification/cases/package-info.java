/** One case a request: from the look-up to the proof, the same outside whether one, many or nobody is on file. */
@NullMarked
package io.habeas.verification.cases;

import org.jspecify.annotations.NullMarked;
