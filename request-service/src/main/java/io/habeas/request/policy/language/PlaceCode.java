// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

/** Where a law holds; ANY is everywhere that no other place of the profile names. */
@Form(
        value = "ANY|[A-Z]{2}(-[A-Z0-9]{1,3})?",
        says =
                "a jurisdiction is a country or a part of one, such as CN or US-CA; EU is the union, ANY everywhere else")
public record PlaceCode(String text) {

    @Override
    public String toString() {
        return text;
    }
}
