/** The suite as its users see it: over HTTP, mail and the stores. No class of a service is in sight. */
@NullMarked
package io.habeas.acceptance;

import org.jspecify.annotations.NullMarked;
