// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal.axon;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.habeas.journal.FeedPosition;
import java.util.OptionalLong;
import org.axonframework.eventhandling.TrackingToken;
import org.jspecify.annotations.Nullable;

/** How far a processor has come in the feed. There are no gaps to remember: what lies before the place has been read. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record FeedToken(long generation, long transaction, long at) implements TrackingToken {

    public static FeedToken of(FeedPosition place) {
        return new FeedToken(place.generation(), place.transaction(), place.position());
    }

    public FeedPosition place() {
        return new FeedPosition(generation, transaction, at);
    }

    @Override
    public FeedToken lowerBound(TrackingToken other) {
        return isBehind(other) ? this : feedToken(other);
    }

    @Override
    public TrackingToken upperBound(TrackingToken other) {
        return isBehind(other) ? feedToken(other) : this;
    }

    @Override
    public boolean covers(@Nullable TrackingToken other) {
        return other == null || place().compareTo(feedToken(other).place()) >= 0;
    }

    /** For Axon's gauges only: it counts across transactions and is not the order of the feed. */
    @Override
    public OptionalLong position() {
        return OptionalLong.of(at);
    }

    private boolean isBehind(TrackingToken other) {
        return place().compareTo(feedToken(other).place()) < 0;
    }

    private static FeedToken feedToken(TrackingToken token) {
        if (token instanceof FeedToken feedToken) {
            return feedToken;
        }
        throw new IllegalArgumentException("a processor of the journal keeps a FeedToken, not a "
                + token.getClass().getName() + "; was the token stored by another engine?");
    }
}
