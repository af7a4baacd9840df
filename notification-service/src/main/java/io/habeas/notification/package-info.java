/** Letters and messages, by channel and language. */
@NullMarked
package io.habeas.notification;

import org.jspecify.annotations.NullMarked;
