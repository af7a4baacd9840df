/** One-time codes: drawn so that nobody can foresee them, kept so that nobody can read them. */
@NullMarked
package io.habeas.verification.codes;

import org.jspecify.annotations.NullMarked;
