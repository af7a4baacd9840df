/** Proof that the requester is the person, or may act for them. */
@NullMarked
package io.habeas.verification;

import org.jspecify.annotations.NullMarked;
