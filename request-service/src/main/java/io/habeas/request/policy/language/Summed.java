// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

/** A rule that is also a leaf as a whole, beside the leaves within it. */
public interface Summed {

    /** The rule in a few words of the profile. */
    String summary();
}
