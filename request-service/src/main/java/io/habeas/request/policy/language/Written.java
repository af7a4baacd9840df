// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

/** A constant that profiles write in another way than Java does. */
public interface Written {
    String written();
}
