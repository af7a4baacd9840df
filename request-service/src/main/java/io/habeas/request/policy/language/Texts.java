// SPDX-License-Identifier: Apache-2.0
package io.habeas.request.policy.language;

/** What a person reads about a right, in one language. */
public record Texts(String title, String needs, String next) {}
