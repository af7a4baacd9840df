// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/** The name of a field that Java can not have. */
@Retention(RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Called {
    String value();
}
