// SPDX-License-Identifier: Apache-2.0
/** The promises of single rooms and of the whole suite, kept on servers in containers. */
@NullMarked
package io.habeas.containers;

import org.jspecify.annotations.NullMarked;
