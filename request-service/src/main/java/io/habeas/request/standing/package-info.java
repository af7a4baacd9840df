// SPDX-License-Identifier: Apache-2.0
/** What people said about the use of their data and what therefore holds, whether or not a request goes with it. */
@org.jspecify.annotations.NullMarked
package io.habeas.request.standing;
