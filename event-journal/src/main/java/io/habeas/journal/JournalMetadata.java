// SPDX-License-Identifier: Apache-2.0
package io.habeas.journal;

/** Keys of message metadata that the journal keeps in columns of their own. The values are text. */
public final class JournalMetadata {

    /** The controller the request belongs to; always needed. */
    public static final String CONTROLLER = "controller";

    /** Who acted, opaque: a service, a role with an opaque id, or {@code requester}; always needed. */
    public static final String ACTOR = "actor";

    /** A UUID: the message or command that led to the event. */
    public static final String CAUSE = "cause";

    /** The address of the leaf of the profile that said so. */
    public static final String RULE = "rule";

    /** Legal time in ISO-8601, such as {@code 2026-11-22T10:15:30Z}; without it the message's own timestamp is taken. */
    public static final String TIME = "time";

    private JournalMetadata() {}
}
