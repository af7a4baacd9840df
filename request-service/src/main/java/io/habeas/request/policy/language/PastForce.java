// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

/** Why a version may come into force on a day that has passed when it is first loaded, and who says so. */
public record PastForce(String approvedBy, String reason) {}
