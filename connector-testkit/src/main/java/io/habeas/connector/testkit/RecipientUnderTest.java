// SPDX-License-Identifier: Apache-2.0
package io.habeas.connector.testkit;

import io.habeas.connector.Notifying;
import io.habeas.connector.Notifying.Message;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A recipient that the suite makes behave well or badly, and the connectors that lead to it. */
public interface RecipientUnderTest {

    /** What the recipient does with every call from now on. */
    enum Behavior {
        /** Signs that it is done with the notice that it was told or asked about. */
        DONE,
        /** Signs that it will not do it. */
        REFUSED,
        /** Takes the call and signs nothing. */
        TAKEN,
        /** Says that it is done, and signs nothing. */
        DONE_UNSIGNED,
        /** Says that it is done, signed with a secret that nobody shares with it. */
        DONE_FORGED,
        /** Signs that it is done, an hour ago. */
        DONE_LONG_AGO,
        /** Signs that it is done with another notice. */
        DONE_WITH_ANOTHER,
        /** Answers something that nobody understands, well signed. */
        GARBAGE,
        /** Has no time now. */
        BUSY,
        /** Fails at whatever it is told. */
        BROKEN
    }

    /** What arrived at the recipient. */
    record Received(String id, String body) {}

    /** The connector that leads to it. */
    Notifying connector();

    /** A connector of the same kind, with the same secret, to another address of this machine. */
    Notifying connectorAt(String host, int port);

    void behave(Behavior behavior);

    /** What arrived since the last call of {@link #behave}, the first one first. */
    List<Received> received();

    /** An answer to that notice as it would come in by itself: done, and signed at that moment. */
    Message answer(UUID notice, Instant at);

    /** The same, signed with a secret that nobody shares with the recipient. */
    Message forgedAnswer(UUID notice, Instant at);

    /** The secret that both sides share; the connector never shows it. */
    String secret();
}
