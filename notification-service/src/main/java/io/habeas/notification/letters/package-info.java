/** What letters say: pure text from announcements, in each language, never saying more than is known. */
@NullMarked
package io.habeas.notification.letters;

import org.jspecify.annotations.NullMarked;
