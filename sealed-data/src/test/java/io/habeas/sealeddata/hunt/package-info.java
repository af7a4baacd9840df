/** Looks for personal data where none may be: in files, databases, topics and logs, however it is written there. */
@NullMarked
package io.habeas.sealeddata.hunt;

import org.jspecify.annotations.NullMarked;
