/** Named places at which a test can halt the process. In production they do nothing. */
@NullMarked
package io.habeas.fault;

import org.jspecify.annotations.NullMarked;
