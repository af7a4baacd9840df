// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.catalog;

import io.habeas.connector.ConnectorException;

/** What a connector said, with the store that it was about. */
public final class StoreException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String store;
    private final ConnectorException.Category category;

    public StoreException(String store, ConnectorException cause) {
        super(store + ": " + cause.getMessage(), cause);
        this.store = store;
        this.category = cause.category();
    }

    public String store() {
        return store;
    }

    public ConnectorException.Category category() {
        return category;
    }
}
