/** The connectors that are installed, bound to the stores of data maps, and the check of a map against the live schema. */
@NullMarked
package io.habeas.fulfillment.catalog;

import org.jspecify.annotations.NullMarked;
