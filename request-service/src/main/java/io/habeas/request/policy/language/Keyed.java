// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/** The first component names the thing: in a list its value is part of the address, and written alone it stands for the whole record. */
@Retention(RUNTIME)
@Target(ElementType.TYPE)
public @interface Keyed {}
