/** Asking who is on file. */
@NullMarked
package io.habeas.verification.directory;

import org.jspecify.annotations.NullMarked;
