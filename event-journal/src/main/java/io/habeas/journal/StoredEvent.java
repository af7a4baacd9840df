// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

/** An event as it lies in the table, with its place in the feed. */
public record StoredEvent(FeedPosition position, NewEvent event) {}
