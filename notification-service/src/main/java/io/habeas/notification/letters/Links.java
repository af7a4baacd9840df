// SPDX-License-Identifier: Apache-2.0
package io.habeas.notification.letters;

import java.net.URI;
import java.util.Map;
import java.util.UUID;

/** Addresses in letters. They begin with the configured public address, and with nothing that a caller sent. */
final class Links {

    private final String base;

    /** @throws IllegalArgumentException unless it is an absolute http or https address without query, fragment and user */
    Links(URI publicUrl) {
        boolean http = "https".equals(publicUrl.getScheme()) || "http".equals(publicUrl.getScheme());
        if (!http
                || publicUrl.getHost() == null
                || publicUrl.getQuery() != null
                || publicUrl.getFragment() != null
                || publicUrl.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "habeas.public-url must be an address like https://privacy.example.org, without query and user");
        }
        var text = publicUrl.toString();
        this.base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /** None of them carries more than the id of the request. */
    Map<String, String> of(UUID requestId) {
        var request = base + "/api/v1/requests/" + requestId;
        return Map.of(
                "requestLink", request,
                "verificationLink", request + "/verification",
                "codesLink", request + "/verification/codes",
                "confirmationLink", request + "/confirmation",
                "detailsLink", request + "/details",
                "feeLink", request + "/fee-acceptance",
                "complaintsLink", request + "/complaints",
                "withdrawalLink", request + "/withdrawal",
                "packageLink", request + "/package/links");
    }
}
