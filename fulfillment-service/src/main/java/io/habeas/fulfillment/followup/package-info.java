/** What an erasure kept until a day, and what becomes of it when that day has come. */
@NullMarked
package io.habeas.fulfillment.followup;

import org.jspecify.annotations.NullMarked;
