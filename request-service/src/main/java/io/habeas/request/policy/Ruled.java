// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy;

/** What holds, and the address of the leaf that says so. */
public record Ruled<T>(T value, String rule) {}
