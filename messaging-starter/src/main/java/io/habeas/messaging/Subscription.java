// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import io.habeas.contracts.Announcement;

/**
 * A bean that asks for the announcements of another service. At most one for each topic in a service.
 *
 * @param family the sealed family that travels on the topic
 * @param topic such as {@code habeas.request.v1}
 */
public record Subscription<A extends Announcement>(Class<A> family, String topic, Mode mode, Receiver<A> receiver) {

    /** What makes a second delivery harmless. */
    public enum Mode {
        /** The inbox row is written in the transaction of the effect. */
        TRANSACTIONAL,
        /** The effect itself is refused the second time, by its cause; the inbox row follows it. */
        CAUSED
    }

    /** Runs the receiver and the inbox row in one transaction. The receiver must not do anything that cannot be rolled back. */
    public static <A extends Announcement> Subscription<A> transactional(
            Class<A> family, String topic, Receiver<A> receiver) {
        return new Subscription<>(family, topic, Mode.TRANSACTIONAL, receiver);
    }

    /** Calls the receiver outside a transaction. What it does must be idempotent by {@link Inbound#eventId()}. */
    public static <A extends Announcement> Subscription<A> caused(Class<A> family, String topic, Receiver<A> receiver) {
        return new Subscription<>(family, topic, Mode.CAUSED, receiver);
    }
}
