/** How work is done in the background: again and again, under a lease, in transactions that may have to be repeated. */
@NullMarked
package io.habeas.fulfillment.worker;

import org.jspecify.annotations.NullMarked;
