// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

/**
 * Something that is kept back out of a request that is granted.
 *
 * @param category of the data map, or one field of it as {@code store.collection.field}
 * @param ground of the policy on which single items may be kept back
 */
public record Withholding(String category, String ground) {}
