// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.parcel;

import java.util.Map;

/**
 * What of one collection is in the package, in numbers.
 *
 * @param omitted records left out, or delivered without some fields, by reason
 */
public record Delivered(String collection, long found, long delivered, Map<String, Long> omitted) {}
