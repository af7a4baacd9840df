/** The fulfillment-service: data map, plan, execution, read-back, packages. */
@NullMarked
package io.habeas.fulfillment;

import org.jspecify.annotations.NullMarked;
