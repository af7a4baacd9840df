/** What every reader of the feed has to show, and the journal's own tests. */
@NullMarked
package io.habeas.journal;

import org.jspecify.annotations.NullMarked;
