// SPDX-License-Identifier: Apache-2.0
package io.habeas.messaging;

import java.util.Set;

/** Whose parked messages the caller of the current request may see and redrive. A service may give a bean of its own. */
@FunctionalInterface
public interface VisibleControllers {

    /** Stands for what is parked without naming a controller, and for nothing else. */
    String WITHOUT_CONTROLLER = "*";

    /** Ids of controllers; {@link #WITHOUT_CONTROLLER} among them for records that name none. Empty if nothing is to be seen. */
    Set<String> ofCaller();
}
