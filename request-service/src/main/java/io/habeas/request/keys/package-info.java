/** The keys of the installation: their database, and the door through which the other services get at them. */
@NullMarked
package io.habeas.request.keys;

import org.jspecify.annotations.NullMarked;
