/** Getting a letter to one person: remembered in the transaction that asks for it, sent afterwards, and never to anybody else. */
@NullMarked
package io.habeas.notification.delivery;

import org.jspecify.annotations.NullMarked;
