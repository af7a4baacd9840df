// SPDX-License-Identifier: Apache-2.0
package io.habeas.sealeddata;

import io.habeas.contracts.KeyClass;
import io.habeas.contracts.RequestKeys;
import java.util.UUID;

/**
 * Where data keys come from and where they end. Two sources: {@link KeyStore} inside the request-service,
 * {@link RemoteKeyService} everywhere else. Safe for use by many threads.
 *
 * <p>Every method throws {@link KeyUnavailableException} when keys cannot be had for now.
 */
public interface KeyService {

    /**
     * Hands out the two keys of a new request, each at most once, unless it was given back. Never waits for the database while keys are in store.
     * Follow with {@link KeyStore#bind} once the request is committed.
     *
     * @throws UnsupportedOperationException outside the request-service, which alone takes requests in
     */
    RequestKeys allotRequestKeys(String controller);

    /** Makes one more key for a request; it is durable when this returns. */
    UUID allot(String controller, UUID requestId, KeyClass keyClass);

    /**
     * The opened key, at most a minute old.
     *
     * @throws KeyDestroyedException when it is gone for ever
     * @throws KeyRefusedException when there is no such key for that controller and request
     */
    DataKey key(String controller, UUID requestId, UUID keyId);

    /**
     * Destroys a key because its purpose has ended. A repeat changes nothing. Other processes may hold the opened key
     * for a minute more.
     *
     * @throws KeyRefusedException when the controller has no such key
     */
    void destroy(String controller, UUID keyId);
}
