/** Tests of messaging against a real PostgreSQL and a real broker. */
@NullMarked
package io.habeas.messaging;

import org.jspecify.annotations.NullMarked;
