/** Personal data at rest and in flight: sealing and opening, keys and their end, keyed hashes. */
@NullMarked
package io.habeas.sealeddata;

import org.jspecify.annotations.NullMarked;
