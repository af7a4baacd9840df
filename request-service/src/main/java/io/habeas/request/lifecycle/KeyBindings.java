// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.lifecycle;

import io.habeas.contracts.RequestKeys;
import io.habeas.sealeddata.KeyStore;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Notes whose the keys of a request are: when it is accepted, and once more by its first event if the process that accepted it is gone. */
public final class KeyBindings {

    private static final int MOST = 50_000;

    private final KeyStore keys;
    private final Set<UUID> bound = ConcurrentHashMap.newKeySet();

    public KeyBindings(KeyStore keys) {
        this.keys = keys;
    }

    public void onAccepted(String controller, UUID requestId, RequestKeys pair) {
        bind(controller, requestId, pair);
        if (bound.size() >= MOST) {
            // forgetting costs only that the keys are bound a second time
            bound.clear();
        }
        bound.add(requestId);
    }

    public void onRead(RequestEvent.RequestReceived received) {
        if (!bound.remove(received.requestId())) {
            bind(received.controller(), received.requestId(), received.keys());
        }
    }

    private void bind(String controller, UUID requestId, RequestKeys pair) {
        keys.bind(pair.identity(), controller, requestId);
        keys.bind(pair.caseKey(), controller, requestId);
    }
}
