// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The name under which an event is stored: it never changes once something was stored under it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Stored {

    String value();

    /** Raised when a component changes its meaning. */
    int revision() default 1;
}
