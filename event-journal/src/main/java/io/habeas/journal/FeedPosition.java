// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

/**
 * A place in the feed, ordered by generation, transaction and position.
 *
 * @param transaction the number of the {@code xid8} that wrote the event
 */
public record FeedPosition(long generation, long transaction, long position) implements Comparable<FeedPosition> {

    /** Before the first event of all. */
    public static final FeedPosition START = new FeedPosition(0, 0, 0);

    @Override
    public int compareTo(FeedPosition other) {
        int byGeneration = Long.compare(generation, other.generation);
        if (byGeneration != 0) {
            return byGeneration;
        }
        int byTransaction = Long.compare(transaction, other.transaction);
        return byTransaction != 0 ? byTransaction : Long.compare(position, other.position);
    }

    /** As text, for headers and for {@code GET /internal/v1/feed?after=}: {@code generation.transaction.position}. */
    @Override
    public String toString() {
        return generation + "." + transaction + "." + position;
    }

    /** @throws IllegalArgumentException if it is not three whole numbers with dots between */
    public static FeedPosition parse(String text) {
        var parts = text.split("\\.", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a feed position looks like 1.2345.678, not like '" + text + "'");
        }
        return new FeedPosition(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
    }
}
