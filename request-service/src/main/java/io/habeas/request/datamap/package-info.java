// SPDX-License-Identifier: Apache-2.0
/** What is known here of controllers' data maps: the names in the one that counts, and nothing of how stores are reached. */
@NullMarked
package io.habeas.request.datamap;

import org.jspecify.annotations.NullMarked;
