/** From an approved request to frozen keys and tasks: what was found, what is to be done, what is kept and why. */
@NullMarked
package io.habeas.fulfillment.plan;

import org.jspecify.annotations.NullMarked;
