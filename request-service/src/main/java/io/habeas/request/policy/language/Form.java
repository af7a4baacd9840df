// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/** The record is written as one text. It has a component for the text, or a static method {@code of(String)}. */
@Retention(RUNTIME)
@Target(ElementType.TYPE)
public @interface Form {

    /** The regular expression that the whole text has to match. */
    String value();

    /** What a writer is told who got it wrong. */
    String says();
}
