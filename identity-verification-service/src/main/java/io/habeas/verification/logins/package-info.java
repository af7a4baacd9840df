/** Logins at the account system of a controller, as proof of who asks. */
@NullMarked
package io.habeas.verification.logins;

import org.jspecify.annotations.NullMarked;
