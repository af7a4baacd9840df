// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The wire name of an announcement: it goes into {@code ce_type}, and never changes once something was stored under it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Announced {

    /** Short and lower-case, noun first: {@code request.received}. */
    String type();

    /** Raised when a component changes its meaning; a reader that does not know a revision parks the record. */
    int revision() default 1;
}
