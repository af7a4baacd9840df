// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of 127.0.0.1 for processes that are started a moment later, or again after they were away. They lie below those that
 * outgoing connections get.
 */
public final class FreePorts {

    private static final int FIRST = 21_000;
    private static final int END = 29_000;
    private static final int TRIES = 100;

    private FreePorts() {}

    /** @throws IllegalStateException if many were tried and all are taken */
    public static int one() {
        for (int tries = 0; tries < TRIES; tries++) {
            int candidate = ThreadLocalRandom.current().nextInt(FIRST, END);
            try (var _ = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
                return candidate;
            } catch (IOException taken) {
                continue;
            }
        }
        throw new IllegalStateException("of " + TRIES + " ports from " + FIRST + " on none is free");
    }
}
