/** Tasks with leases: what was planned is done store by store, looked at again, and only then said to be done. */
@NullMarked
package io.habeas.fulfillment.execution;

import org.jspecify.annotations.NullMarked;
