// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

import java.nio.file.Path;

/** The controllers that the quickstart brings along. */
public final class SamplePolicies {

    public static final Path FOLDER = Path.of("../quickstart/src/main/resources/sample/controllers");

    private SamplePolicies() {}

    public static Policies load() {
        return new Policies(FOLDER, null);
    }
}
