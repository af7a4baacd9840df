/** What a controller holds, where, and how it hangs together: the data map, read whole or not at all. */
@NullMarked
package io.habeas.fulfillment.datamap;

import org.jspecify.annotations.NullMarked;
