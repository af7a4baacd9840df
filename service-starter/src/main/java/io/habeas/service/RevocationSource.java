// SPDX-License-Identifier: Apache-2.0
package io.habeas.service;

import java.util.List;

/** Where the list of revoked tokens is: in the database of the request-service, for all others behind its door. */
@FunctionalInterface
public interface RevocationSource {

    /** The whole list as it is now. Whatever is thrown means that it can not be had for now. */
    List<Revocation> fetch();
}
