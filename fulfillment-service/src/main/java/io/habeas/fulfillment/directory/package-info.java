/** Who is on file: the one look that is allowed before identity is proved, into the one collection that the map marks. */
@NullMarked
package io.habeas.fulfillment.directory;

import org.jspecify.annotations.NullMarked;
