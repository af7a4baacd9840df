// SPDX-License-Identifier: Apache-2.0
package io.habeas.contracts;

/**
 * Something that is kept back out of a package.
 *
 * @param category of the data map, or one field of it as {@code store.collection.field}
 * @param ground of the policy on which single items may be kept back
 */
public record Withheld(String category, String ground) {}
