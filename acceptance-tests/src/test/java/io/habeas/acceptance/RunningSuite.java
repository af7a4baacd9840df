// SPDX-License-Identifier: Apache-2.0
package io.habeas.acceptance;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts the suite with the first test that needs it, hands it to all, and stops it after the last. */
final class RunningSuite implements ParameterResolver, BeforeAllCallback {

    private static final ExtensionContext.Namespace HERE = ExtensionContext.Namespace.create(RunningSuite.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        suite(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Suite.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return suite(context);
    }

    /** For a test that has a suite of its own, on the same ports; who comes later starts the shared one anew. */
    static void stop(ExtensionContext context) {
        var shared = context.getRoot().getStore(HERE).remove(Suite.class, Suite.class);
        if (shared != null) {
            shared.close();
        }
    }

    private static Suite suite(ExtensionContext context) {
        return context.getRoot().getStore(HERE).computeIfAbsent(Suite.class, any -> Suite.start(), Suite.class);
    }
}
