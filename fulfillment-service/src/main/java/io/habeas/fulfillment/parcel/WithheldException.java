// SPDX-License-Identifier: Apache-2.0
package io.habeas.fulfillment.parcel;

import java.io.IOException;

/** Something that is never disclosed was about to leave; the package waits for a person. Names the field, not the value. */
public final class WithheldException extends IOException {

    private static final long serialVersionUID = 1L;

    WithheldException(String store, String collection, String field, DisclosureGuard.Hit hit) {
        super(store + "." + collection + "." + field + " holds a " + hit);
    }
}
