// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata.hunt;

/**
 * One place where a mark lies open.
 *
 * @param where file, or table and column, or segment and record
 * @param offset of the first byte in that file or value; for {@code encoding} with "lines", not counting line breaks
 * @param mark as it was given to the hunt
 * @param encoding in which it was found
 */
public record Find(String where, long offset, String mark, String encoding) {}
