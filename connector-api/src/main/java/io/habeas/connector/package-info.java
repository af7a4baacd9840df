/** What a connector to a data store promises. A connector finds, reads and erases; it never judges itself. */
@NullMarked
package io.habeas.connector;

import org.jspecify.annotations.NullMarked;
