// SPDX-License-Identifier: Apache-2.0
/** The language in which a published policy is written down as data: one record for each kind of rule. The loader and the JSON Schema follow these records. */
@NullMarked
package io.habeas.request.policy.language;

import org.jspecify.annotations.NullMarked;
